import { failover } from '../../models/machines/failover.ts';
import { replicaLink } from '../../models/machines/replica-link.ts';
import { replicaSession } from '../../models/machines/replica-session.ts';
import { snapshotSchedule } from '../../models/machines/snapshot-schedule.ts';
import type { Ruleset } from '../../models/rules/ruleset.ts';

/** Machines take long to build and never change, so all nodes with the same rules share them. */
const shared = <Machine>(build: (rules: Ruleset) => Machine): ((rules: Ruleset) => Machine) => {
  const built = new WeakMap<Ruleset, Machine>();
  return (rules) => {
    const machine = built.get(rules) ?? build(rules);
    built.set(rules, machine);
    return machine;
  };
};

export const sessionMachine = shared(replicaSession);
export const linkMachine = shared(replicaLink);
export const failoverMachine = shared(failover);
export const scheduleMachine = shared(snapshotSchedule);
