import type { Command } from './command.ts';
import { CONNECTION_COMMANDS } from './connection.ts';
import { HASH_COMMANDS } from './hashes.ts';
import { KEY_COMMANDS } from './keys.ts';
import { LIST_COMMANDS } from './lists.ts';
import { PERSISTENCE_COMMANDS } from './persistence.ts';
import { PUBSUB_COMMANDS } from './pubsub.ts';
import { REPLICATION_COMMANDS } from './replication.ts';
import { SERVER_COMMANDS } from './server.ts';
import { SET_COMMANDS } from './sets.ts';
import { SORTED_SET_COMMANDS } from './sorted-sets.ts';
import { STREAM_COMMANDS } from './streams.ts';
import { STRING_COMMANDS } from './strings.ts';

/** Those that read or change keys. */
const DATA_COMMANDS: ReadonlySet<Command> = new Set([
  ...KEY_COMMANDS,
  ...STRING_COMMANDS,
  ...LIST_COMMANDS,
  ...SET_COMMANDS,
  ...HASH_COMMANDS,
  ...SORTED_SET_COMMANDS,
  ...STREAM_COMMANDS,
]);

/** Every command that the reference server knows, by its name in lower case. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [
    ...CONNECTION_COMMANDS,
    ...SERVER_COMMANDS,
    ...PERSISTENCE_COMMANDS,
    ...DATA_COMMANDS,
    ...PUBSUB_COMMANDS,
    ...REPLICATION_COMMANDS,
  ].map((command) => [command.name, command]),
);

/** Whether a command is of no use on a node that keeps no data. */
export const needsData = (command: Command): boolean => DATA_COMMANDS.has(command);
