import type { RealServer } from './real-server.ts';

/** A directive's words as in redis.conf; a list stands for a directive that is given several times. */
export type Directive = string | number | readonly string[];

/** Directives by name: `{ 'repl-backlog-size': '16kb', save: '900 1' }`. */
export type Configuration = Readonly<Record<string, Directive>>;

/**
 * What holds where nothing else is asked for: data is not saved unless somebody wants it, and from Redis 7 on the end
 * of a master does not wait for replicas that lag.
 */
const defaultsFor = ({ software, version }: RealServer): Configuration => {
  const waits = software === 'valkey' || Number.parseInt(version, 10) >= 7;
  return { save: '""', ...(waits ? { 'shutdown-timeout': 0 } : {}) };
};

/**
 * The text of a configuration file.
 *
 * @throws RangeError for what would not be one directive: a mistake of whoever wrote it.
 */
export const configurationFile = (server: RealServer, configuration: Configuration): string => {
  const directives = Object.entries({ ...defaultsFor(server), ...configuration });
  const lines = directives.flatMap(([name, words]) =>
    (typeof words === 'object' ? words : [words]).map((each) => directive(name, String(each))),
  );
  return lines.join('');
};

const directive = (name: string, words: string): string => {
  if (/^[a-z][a-z0-9-]*$/.test(name) && /^[^\r\n]+$/.test(words)) return `${name} ${words}\n`;
  throw new RangeError(
    `Not one directive of redis.conf: ${JSON.stringify(`${name} ${words}`)}. It needs a name in lower case and its words on one line; an empty value is written '""'.`,
  );
};
