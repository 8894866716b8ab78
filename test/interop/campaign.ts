import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cacheFolder, provide, SERVER_NAMES, type ServerName } from '../../src/zoo/index.ts';
import { SEED } from '../seed.ts';
import { type Cell, type Column, matrixPage } from './matrix.ts';
import { BIG_SCENARIOS, play, SCENARIOS, type Scenario } from './scenarios.ts';
import { Scene } from './scene.ts';

/**
 * Plays every story with every real server, one after another, and prints what came of each:
 *
 *     npm run interop -- [--big] [--server redis-7.0] [--story NAME] [--write]
 *
 * `--write` puts the matrix into docs/interop.md. Ends with 1 where a story did not end as it must.
 */
const { values } = parseArgs({
  options: {
    big: { type: 'boolean', default: false },
    server: { type: 'string', multiple: true },
    story: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const stories = [...SCENARIOS, ...(values.big ? BIG_SCENARIOS : [])].filter(
  ({ name }) => values.story === undefined || name.includes(values.story),
);
const servers = SERVER_NAMES.filter((name) => values.server?.includes(name) ?? true);

const playOne = async (scenario: Scenario, scene: Scene): Promise<Cell> => {
  const because = scenario.excuse?.(scene) ?? null;
  if (because !== null) return { outcome: 'excused', because };
  try {
    return { outcome: 'agreed', counts: await play(scenario, scene) };
  } catch (error) {
    return { outcome: 'failed', problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await scene.end();
  }
};

const playAll = async (name: ServerName): Promise<Column> => {
  const server = await provide(name, {
    cacheFolder: cacheFolder(process.env, process.cwd()),
    env: process.env,
    onProgress: () => {},
  });
  const cells = new Map<string, Cell>();
  for (const scenario of stories) {
    const began = performance.now();
    const cell = await playOne(scenario, new Scene(server, SEED));
    cells.set(scenario.name, cell);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(`${name}  ${scenario.name}: ${JSON.stringify(cell)} (${seconds} s)\n`);
  }
  return { server: name, version: server.version, cells };
};

const columns: Column[] = [];
for (const name of servers) columns.push(await playAll(name));
const page = matrixPage(columns, SEED, new Date());
process.stdout.write(`\n${page}`);
if (values.write) writeFileSync(new URL('../../docs/interop.md', import.meta.url), page);
const failed = columns.flatMap(({ cells }) =>
  [...cells.values()].filter(({ outcome }) => outcome === 'failed'),
);
process.exitCode = stories.length === 0 || servers.length === 0 || failed.length > 0 ? 1 : 0;
