import { atLeast, DIALECTS, type Dialect } from '../vocabulary/index.ts';

/**
 * How binding a rule is: `must` and `should` as the protocol's users rely on them; `observed` is what known
 * servers do without anybody depending on it. Only a broken `must` (with `--strict` also a `should`) fails a run.
 */
export type Level = 'must' | 'should' | 'observed';

/** Where a rule comes from: a section of docs/protocol.md, a function in a server's source, or a server that was run. */
export type Source =
  | { readonly section: string }
  | { readonly code: string; readonly file: string; readonly version: string }
  | { readonly observed: string };

/** One rule of the protocol. Its ID (family and number) is its key in the registry, never renumbered or reused. */
export interface Rule {
  readonly title: string;
  readonly level: Level;
  /** One sentence, quoted by reports and pages. It stands nowhere else. */
  readonly requirement: string;
  readonly dialects: readonly Dialect[];
  readonly sources: readonly Source[];
}

/** A family of rules: checked to be well formed, with its IDs kept as literal types. */
export const family = <const Rules extends Record<string, Rule>>(rules: Rules): Rules => rules;

/** Every dialect. */
export const always: readonly Dialect[] = DIALECTS;

/** The dialects that have what came with `first`. */
export const since = (first: Dialect): readonly Dialect[] =>
  DIALECTS.filter((dialect) => atLeast(dialect, first));

/** The dialects up to and including `last`. */
export const until = (last: Dialect): readonly Dialect[] =>
  DIALECTS.slice(0, DIALECTS.indexOf(last) + 1);

export const section = (number: string): Source => ({ section: number });

/** A function of Redis's source, by default in `replication.c` of 7.0.15. */
export const code = (name: string, file = 'replication.c', version = 'redis 7.0.15'): Source => ({
  code: name,
  file,
  version,
});

export const observed = (server: string): Source => ({ observed: server });
