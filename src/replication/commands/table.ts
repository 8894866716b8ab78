import type { Command } from './command.ts';
import { CONNECTION_COMMANDS } from './connection.ts';
import { PERSISTENCE_COMMANDS } from './persistence.ts';
import { REPLICATION_COMMANDS } from './replication.ts';
import { SERVER_COMMANDS } from './server.ts';
import { STRING_COMMANDS } from './strings.ts';

/** Every command that the reference server knows, by its name in lower case. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [
    ...CONNECTION_COMMANDS,
    ...SERVER_COMMANDS,
    ...PERSISTENCE_COMMANDS,
    ...STRING_COMMANDS,
    ...REPLICATION_COMMANDS,
  ].map((command) => [command.name, command]),
);
