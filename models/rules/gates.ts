import { atLeast, type Dialect, type Role } from '../vocabulary/index.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const sources = [
  section('2.1'),
  code('processCommand', 'server.c'),
  observed('redis-server 7.0.15'),
];

export const GATES = family({
  'GATE-1': {
    title: 'PSYNC takes two words',
    level: 'must',
    requirement:
      'A master MUST answer SYNC and PSYNC with the wrong number of words with an error.',
    dialects: always,
    sources,
  },
  'GATE-2': {
    title: 'No replication without authentication',
    level: 'must',
    requirement:
      'A master that requires authentication MUST answer REPLCONF, SYNC and PSYNC with -NOAUTH until it is given.',
    dialects: always,
    sources,
  },
  'GATE-3': {
    title: 'No replication inside a transaction',
    level: 'must',
    requirement: 'A master MUST NOT start a resynchronization from inside a transaction.',
    dialects: since('redis-7'),
    sources,
  },
  'GATE-4': {
    title: 'Replicas take no writes',
    level: 'must',
    requirement:
      'A replica MUST refuse writes from its clients with -READONLY, because only the master of a history may add to it.',
    dialects: always,
    sources,
  },
});

/** A command as the gates see it. */
export interface GatedCommand {
  readonly name: string;
  /** How many words it takes, its own name among them; the least where `orMore`. */
  readonly words: number;
  readonly orMore: boolean;
  /** May run before the client has authenticated itself. */
  readonly beforeAuth: boolean;
  /** May not be queued in a transaction. */
  readonly notInTransaction: boolean;
  readonly writes: boolean;
}

export interface GatedClient {
  readonly authenticated: boolean;
  readonly inTransaction: boolean;
}

export interface GatedNode {
  readonly role: Role;
  readonly dialect: Dialect;
}

/** GATE-1 to GATE-4, in the order in which they apply. The line of the refusal, or null where the command may run. */
export function judgeGates(
  command: GatedCommand,
  words: number,
  client: GatedClient,
  node: GatedNode,
): string | null {
  if (command.orMore ? words < command.words : words !== command.words) {
    return `-ERR wrong number of arguments for '${command.name}' command`;
  }
  if (!client.authenticated && !command.beforeAuth) return '-NOAUTH Authentication required.';
  if (client.inTransaction && command.notInTransaction && atLeast(node.dialect, 'redis-7')) {
    return '-ERR Command not allowed inside a transaction';
  }
  if (command.writes && node.role === 'slave') {
    return "-READONLY You can't write against a read only replica.";
  }
  return null;
}
