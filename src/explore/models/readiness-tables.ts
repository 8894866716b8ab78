import type { Ruleset } from '../../../models/rules/ruleset.ts';
import { nextByte } from '../../../models/vocabulary/index.ts';
import { tabulated } from '../model/declare.ts';
import { range } from '../model/domain.ts';
import type { FlagTerm } from '../model/term.ts';
import { idOf } from './numbered-ids.ts';

/** The newest dialect that all models speak. */
export const MODEL_DIALECT = 'redis-7';

const roleOf = (isReplica: number) => (isReplica === 1 ? 'slave' : 'master');

/** Whether a client of a node may write, by whether the node is a replica. */
export const writeGate = (rules: Ruleset): ((isReplica: FlagTerm) => FlagTerm) => {
  const set = {
    name: 'set',
    words: 3,
    orMore: true,
    beforeAuth: false,
    notInTransaction: false,
    writes: true,
  };
  const client = { authenticated: true, inTransaction: false };
  const table = tabulated('judgeGates', [range(0, 1)], (isReplica = 0) => {
    const node = { role: roleOf(isReplica), dialect: MODEL_DIALECT } as const;
    return rules.judgeGates(set, 3, client, node) === null;
  });
  return (isReplica) => table(isReplica.asNumber()).is(1);
};

/** Whether a node answers PSYNC with a decision, by whether it is a replica and whether its own link is up. */
export const psyncGate = (
  rules: Ruleset,
): ((isReplica: FlagTerm, linkUp: FlagTerm) => FlagTerm) => {
  const request = {
    command: 'PSYNC',
    replid: idOf(1),
    nextByte: nextByte(1),
    failover: false,
  } as const;
  const client = {
    attached: false,
    pendingReplies: false,
    capabilities: ['eof', 'psync2'],
    exclusions: [],
  } as const;
  const table = tabulated('judgeReadiness', [range(0, 1), range(0, 1)], (isReplica = 0, up = 0) => {
    const server = {
      role: roleOf(isReplica),
      linkUp: up === 1,
      failingOver: false,
      replid: idOf(1),
    } as const;
    return rules.judgeReadiness(request, client, server, MODEL_DIALECT).answer === 'decide';
  });
  return (isReplica, linkUp) => table(isReplica.asNumber(), linkUp.asNumber()).is(1);
};
