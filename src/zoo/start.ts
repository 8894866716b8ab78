import { configurationFile } from './configuration.ts';
import { launch } from './launch.ts';
import type { RealServer } from './real-server.ts';
import type { Running, StartOptions } from './running.ts';

/** A server was not ready in time, or ended before. */
export class ServerDidNotStart extends Error {
  /** The end of what it wrote. */
  readonly log: string;

  constructor(server: RealServer, problem: string, log: string) {
    const last = log.trimEnd().split('\n').slice(-20).join('\n');
    super(
      `${server.name} (${server.version}, ${server.origin}) did not start: ${problem}.\n${
        last === '' ? 'It wrote nothing.' : `It wrote last:\n${last}`
      }`,
    );
    this.name = 'ServerDidNotStart';
    this.log = log;
  }
}

/** How many ports are tried that were free a moment before. */
const PORTS_TRIED = 5;

/** What all versions write about a port that somebody else has. */
const TAKEN = 'Address already in use';

/**
 * Starts a server on the loopback interface and waits until it has loaded its data and answers. It dies when this process
 * does, however that ends.
 *
 * @throws ServerDidNotStart
 */
export const start = async (server: RealServer, options: StartOptions = {}): Promise<Running> => {
  const configuration = configurationFile(server, options.config ?? {});
  for (let turn = 1; ; turn += 1) {
    const attempt = await launch(server, configuration, options);
    if ('running' in attempt) return attempt.running;
    const elsewhere = options.port === undefined && turn < PORTS_TRIED;
    if (!elsewhere || !attempt.log.includes(TAKEN)) {
      throw new ServerDidNotStart(server, attempt.problem, attempt.log);
    }
  }
};
