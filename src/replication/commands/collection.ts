import type { DataValue, RespValue } from '../../../models/vocabulary/index.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import { type CommandReply, NOT_AN_INTEGER, WRONG_TYPE } from '../replies.ts';
import { type Command, command, type Handler } from './command.ts';

/** Ends a command with an error: thrown where a word or a value is found wrong, caught where the command was called. */
export class Refusal extends Error {
  readonly reply: RespValue;

  constructor(reply: RespValue) {
    super('a command was refused');
    this.reply = reply;
  }
}

/** A handler that may throw a `Refusal`. */
const refusing =
  (run: Handler): Handler =>
  (node, client, words): CommandReply => {
    try {
      return run(node, client, words);
    } catch (error) {
      if (error instanceof Refusal) return error.reply;
      throw error;
    }
  };

export const reader = (name: string, words: number, run: Handler): Command =>
  command(name, words, refusing(run));

export const writer = (name: string, words: number, run: Handler): Command =>
  command(name, words, refusing(run), { writes: true });

type ValueOf<Type extends DataValue['type']> = Extract<DataValue, { readonly type: Type }>;

/** The value of a key, which must be of this type; undefined where there is none. */
export const typedValue = <Type extends DataValue['type']>(
  node: ReplicationNode,
  { database }: Client,
  key: string,
  type: Type,
): ValueOf<Type> | undefined => {
  const value = node.data.read(database, key)?.value;
  if (value !== undefined && value.type !== type) throw new Refusal(WRONG_TYPE);
  return value as ValueOf<Type> | undefined; // By its `type`, which was compared.
};

/** Puts a value in place of a key's, which expires when it did before. */
export const keep = (
  node: ReplicationNode,
  { database }: Client,
  key: string,
  value: DataValue,
): void => {
  const expiresAt = node.data.keyspace.get(database, key)?.expiresAt ?? null;
  node.data.write(database, key, { value, expiresAt });
};

/** The same, but a collection without elements is no key at all. */
export const keepUnlessEmpty = (
  node: ReplicationNode,
  client: Client,
  key: string,
  size: number,
  value: DataValue,
): void => {
  if (size > 0) keep(node, client, key, value);
  else node.data.remove(client.database, key);
};

/** An integer that a word must be, exactly. */
export const integerOf = (word: string | undefined): number => {
  const value = /^-?\d{1,16}$/.test(word ?? '') ? Number(word) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new Refusal(NOT_AN_INTEGER);
  return value;
};

/** The half-open range that `start` and `stop` mean, counted from the end where they are negative. */
export const rangeOf = (start: number, stop: number, size: number): [from: number, to: number] => {
  const from = Math.max(0, start < 0 ? start + size : start);
  const to = Math.min(size, (stop < 0 ? stop + size : stop) + 1);
  return [from, Math.max(from, to)];
};
