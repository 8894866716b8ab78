import {
  cacheFolder,
  provide,
  type RealServer,
  SERVER_NAMES,
  ServerUnavailable,
  serverNamed,
  UnknownServer,
} from '../src/zoo/index.ts';

/**
 * Provides the servers that are named, or all: `npm run servers [names...]`. Fails where one that was named can't be had;
 * where none was named, only if none at all can be had.
 */
const main = async (words: readonly string[]): Promise<number> => {
  const names = words.length === 0 ? SERVER_NAMES : words.map(serverNamed);
  const provided: RealServer[] = [];
  for (const name of names) {
    const begun = performance.now();
    try {
      const server = await provide(name, {
        cacheFolder: cacheFolder(process.env, process.cwd()),
        env: process.env,
        onProgress: (step) => console.error(`${name}: ${step}`),
      });
      provided.push(server);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      console.error(`${name}: ${server.version} (${server.origin}), ${seconds} s`);
    } catch (error) {
      if (!(error instanceof ServerUnavailable)) throw error;
      console.error(error.message);
    }
  }
  const rows = names.map((name) =>
    rowOf(
      name,
      provided.find((server) => server.name === name),
    ),
  );
  for (const row of [['server', 'version', 'size'], ...rows]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(column === 0 ? 16 : 10))
        .join('')
        .trimEnd(),
    );
  }
  const enough = words.length === 0 ? Math.min(1, names.length) : names.length;
  return provided.length >= enough ? 0 : 1;
};

const rowOf = (name: string, server: RealServer | undefined): readonly string[] => {
  if (server === undefined) return [name, 'none', ''];
  const size = server.size === 0 ? 'installed' : `${(server.size / 1e6).toFixed(1)} MB`;
  return [name, server.version, size];
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UnknownServer)) throw error;
  console.error(error.message);
  process.exitCode = 64;
}
