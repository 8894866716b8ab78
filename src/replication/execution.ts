import type { StreamedCommand } from '../../models/rules/stream.ts';
import type { RespValue, Role } from '../../models/vocabulary/index.ts';
import type { Client } from './client.ts';
import { isQueued } from './commands/server.ts';
import { COMMANDS, needsData } from './commands/table.ts';
import type { DataCommands } from './master-link.ts';
import type { ReplicationNode } from './node.ts';
import { OpaqueCommands } from './opaque-commands.ts';
import { array, type CommandReply, error, NO_REPLY, replyOfLine, simple } from './replies.ts';

const NOT_SAVED: RespValue = {
  error:
    'MISCONF Writes are refused because the last save failed: see the log, make room, and SAVE, or set stop-writes-on-bgsave-error no.',
};

const NO_DATA: RespValue = {
  error: 'ERR This node relays the stream of its master and keeps no data.',
};

const NO_GOOD_REPLICAS: RespValue = { error: 'NOREPLICAS Not enough good replicas to write.' };

/** Runs commands on a node, and gathers what they add to the stream. */
export class Execution {
  readonly opaque = new OpaqueCommands();
  readonly #node: ReplicationNode;
  /** What the command under way adds to the stream. */
  #unit: StreamedCommand[] = [];
  #transactionDepth = 0;

  constructor(node: ReplicationNode) {
    this.#node = node;
  }

  get inTransaction(): boolean {
    return this.#transactionDepth > 0;
  }

  /** Runs what a client sent, or refuses or queues it. */
  run(client: Client, words: readonly string[]): CommandReply {
    const command = commandOf(words);
    if (command === undefined) return refuse(client, unknownCommand(words));
    const { rules, role, dialect } = this.#node;
    const refusal = rules.judgeGates(
      command,
      words.length,
      { authenticated: client.authenticated, inTransaction: client.transaction !== null },
      { role, dialect },
    );
    if (refusal !== null) return refuse(client, replyOfLine(refusal));
    if (!this.#node.keepsData && needsData(command)) return refuse(client, NO_DATA);
    if (command.writes && !this.#node.hasGoodReplicas) return refuse(client, NO_GOOD_REPLICAS);
    if (command.writes && this.#node.mustSaveFirst) return refuse(client, NOT_SAVED);
    if (isQueued(client, command.name)) {
      client.transaction?.commands.push(words);
      return simple('QUEUED');
    }
    return command.run(this.#node, client, words.slice(1));
  }

  /** Runs commands of the stream, where there is data to run them on. Whatever becomes of them, they count. */
  applyAll(client: Client, { pieces, count }: DataCommands): void {
    if (!this.#node.keepsData) this.opaque.total += count;
    else for (const words of this.#node.ports.decodeCommands(pieces)) this.#apply(client, words);
  }

  #apply(client: Client, words: readonly string[]): void {
    const command = commandOf(words);
    if (command === undefined) {
      const name = words[0] ?? '';
      const isNew = this.opaque.count(name);
      if (isNew) this.#node.log({ event: 'opaque-command', command: name.slice(0, 32) });
      return;
    }
    const { data } = this.#node;
    data.trustsMaster = true;
    command.run(this.#node, client, words.slice(1));
    data.trustsMaster = false;
  }

  transaction(client: Client, commands: readonly (readonly string[])[]): RespValue {
    this.#transactionDepth += 1;
    const replies = commands.map((words) => {
      const reply = commandOf(words)?.run(this.#node, client, words.slice(1)) ?? null;
      return reply === NO_REPLY ? null : reply;
    });
    this.#transactionDepth -= 1;
    return array(replies);
  }

  /** Adds an effect of the command under way to the stream. */
  propagate(database: number, words: readonly string[]): void {
    this.#unit.push({ words, database });
  }

  /** Adds what belongs to no database, and changes no data. */
  propagateWithoutDatabase(role: Role, words: readonly string[]): void {
    if (role === 'master') this.#unit.push({ words, database: null });
  }

  /** What the last command added to the stream. */
  takeUnit(): readonly StreamedCommand[] {
    if (this.#unit.length === 0) return NOTHING;
    const unit = this.#unit;
    this.#unit = [];
    return unit;
  }
}

const NOTHING: readonly StreamedCommand[] = [];

const commandOf = ([name = '']: readonly string[]) => COMMANDS.get(name.toLowerCase());

/** Whether a command changes data, as far as is known. */
export const isWrite = (words: readonly string[]): boolean => commandOf(words)?.writes ?? false;

const refuse = (client: Client, reply: RespValue): RespValue => {
  if (client.transaction !== null) client.transaction.spoilt = true;
  return reply;
};

const unknownCommand = ([name = '', ...words]: readonly string[]): RespValue => {
  const shown = words.map((word) => `'${word.slice(0, 128)}' `).join('');
  return error(`unknown command '${name.slice(0, 128)}', with args beginning with: ${shown}`);
};
