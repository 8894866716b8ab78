import { z } from 'zod';
import { OPERATION_NAMES } from '../../../properties/operations.ts';

const count = z.int().min(0);

/** A node as an adapter shows it. Fields mean what those of INFO mean; `data` is the value of key `log`, by database. */
export const NODE_VIEW = z.strictObject({
  alive: z.boolean().default(true),
  role: z.enum(['master', 'slave']),
  replid: z.string(),
  replid2: z.string().nullable(),
  secondReplOffset: z.int().nullable(),
  offset: z.int(),
  window: z.strictObject({ firstByte: z.int(), histlen: z.int() }).nullable(),
  backlogSize: count,
  master: count.nullable(),
  linkUp: z.boolean(),
  failingOver: z.boolean().default(false),
  replicas: z.array(
    z.strictObject({ node: count.nullable(), state: z.string(), acknowledged: z.int() }),
  ),
  counters: z.strictObject({ syncFull: count, syncPartialOk: count, syncPartialErr: count }),
  data: z.array(z.string()),
});

/** The answer to `hello`. */
export const HELLO = z.strictObject({
  id: count,
  name: z.string(),
  nodes: z.int().min(1).max(9),
  abilities: z.array(z.enum(OPERATION_NAMES)),
});

/** The answer to `reset`. */
export const BEGUN = z.strictObject({ id: count, nodes: z.array(NODE_VIEW) });

/** The answer to `perform`. */
export const PERFORMED = z.strictObject({
  id: count,
  outcome: z.enum(['done', 'skipped', 'unsupported']),
  /** What a client was told, as on the wire; null where nobody was. */
  reply: z.string().nullable().default(null),
  /** The word that a write added. */
  word: z.string().optional(),
  /** Milliseconds since the reset, of whatever clock the nodes live by. */
  at: z.number(),
  nodes: z.array(NODE_VIEW),
  quiet: z.boolean(),
});

/** What an adapter is told. */
export const REQUEST = z.discriminatedUnion('do', [
  z.strictObject({ id: count, do: z.literal('hello') }),
  z.strictObject({ id: count, do: z.literal('reset'), seed: count, diskless: z.boolean() }),
  z.strictObject({
    id: count,
    do: z.literal('perform'),
    /** As in a scenario file: `replicaof 1 0`. */
    operation: z.string(),
    /** The word that a write or the first of a transaction’s two must add to key `log`. */
    words: z.array(z.string()),
  }),
]);

/** All messages as one JSON Schema. */
export const adapterSchema = (): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Messages between psyncspec and an adapter, one JSON object a line',
  $defs: {
    request: z.toJSONSchema(REQUEST),
    hello: z.toJSONSchema(HELLO),
    reset: z.toJSONSchema(BEGUN),
    perform: z.toJSONSchema(PERFORMED),
  },
});
