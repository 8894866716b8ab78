import type { Command } from './command.ts';
import { CONNECTION_COMMANDS } from './connection.ts';
import { PERSISTENCE_COMMANDS } from './persistence.ts';
import { REPLICATION_COMMANDS } from './replication.ts';
import { SERVER_COMMANDS } from './server.ts';
import { STRING_COMMANDS } from './strings.ts';

/** Those that read or change keys. */
const DATA_COMMANDS: ReadonlySet<Command> = new Set(STRING_COMMANDS);

/** Every command that the reference server knows, by its name in lower case. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [
    ...CONNECTION_COMMANDS,
    ...SERVER_COMMANDS,
    ...PERSISTENCE_COMMANDS,
    ...DATA_COMMANDS,
    ...REPLICATION_COMMANDS,
  ].map((command) => [command.name, command]),
);

/** Whether a command is of no use on a node that keeps no data. */
export const needsData = (command: Command): boolean => DATA_COMMANDS.has(command);
