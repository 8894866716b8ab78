import type { GatedCommand } from '../../../models/rules/gates.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import type { CommandReply } from '../replies.ts';

/** Runs with the words behind the command's name. */
export type Handler = (
  node: ReplicationNode,
  client: Client,
  words: readonly string[],
) => CommandReply;

export interface Command extends GatedCommand {
  readonly run: Handler;
}

type Standing = Partial<Pick<GatedCommand, 'beforeAuth' | 'notInTransaction' | 'writes'>>;

/**
 * A command by its name and how many words it takes, its name among them; a negative count is the least, as in Redis's
 * own tables.
 */
export const command = (
  name: string,
  words: number,
  run: Handler,
  { beforeAuth = false, notInTransaction = false, writes = false }: Standing = {},
): Command => ({
  name,
  words: Math.abs(words),
  orMore: words < 0,
  beforeAuth,
  notInTransaction,
  writes,
  run,
});

/** A command that changes data. */
export const write = (name: string, words: number, run: Handler): Command =>
  command(name, words, run, { writes: true });
