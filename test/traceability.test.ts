import test from 'ava';
import { RULE_IDS, type RuleId, ruleOf } from '../models/rules/registry.ts';
import { DIALECTS } from '../models/vocabulary/index.ts';
import { MUTANTS } from '../properties/mutants/index.ts';
import { MASTER_CHECKS } from '../src/conformance/checks/index.ts';

/** Families that only a check of another role could see. */
const OF_A_REPLICA = /^(HAND|ASK|ANS|XFER|LINK|APPLY)-|^ACK-[678]$|^REPLID-5$/;

const OF_SEVERAL_NODES = /^FAILOVER-/;

/** What is left to walks through the machines: it takes time, or a snapshot larger than what sockets hold. */
const WALKED = /^FULL-1[567]$|^LIVE-7$|^BACKLOG-7$/;

/** Why a rule has no check of a master; null where it must have one. */
const excuseOf = (id: RuleId): string | null => {
  if (OF_A_REPLICA.test(id)) return 'it binds a replica';
  if (WALKED.test(id)) return 'a walk through the machine shows it';
  if (id.startsWith('RESTART-')) return 'it takes a restart of the target';
  if (id === 'SAFE-1') return 'it would stop everybody’s writes to the target';
  if (id === 'SAFE-2') return 'it would end the target';
  return OF_SEVERAL_NODES.test(id) ? 'it takes two nodes that hand over' : null;
};

test('every rule has a check, or a reason why not', (t) => {
  const checked = new Set(MASTER_CHECKS.map(({ rule }) => rule));
  t.deepEqual(
    RULE_IDS.filter((id) => !checked.has(id) && excuseOf(id) === null),
    [],
  );
  t.deepEqual(
    RULE_IDS.filter((id) => checked.has(id) && excuseOf(id) !== null),
    [],
    'an excuse that is not needed',
  );
});

test('every rule that has a check has a mutant', (t) => {
  const broken = new Set(MUTANTS.map(({ rule }) => rule));
  t.deepEqual(
    RULE_IDS.filter((id) => excuseOf(id) === null && !broken.has(id)),
    [],
  );
});

test('every rule says where it comes from, for which dialects, and in one sentence', (t) => {
  for (const id of RULE_IDS) {
    const { requirement, sources, dialects, level, title } = ruleOf(id);
    t.true(sources.length > 0, `${id} has no source`);
    t.true(
      sources.some((source) => 'section' in source || 'observed' in source),
      `${id} names neither a section nor a server`,
    );
    t.true(dialects.length > 0 && dialects.every((dialect) => DIALECTS.includes(dialect)), id);
    t.regex(requirement, /^\S.*\.$/, id);
    t.notRegex(requirement, /\.\s+[A-Z]/, `${id} takes more than one sentence`);
    t.notRegex(title, /\.$/, id);
    if (level === 'must') t.regex(requirement, /MUST/, id);
    if (level === 'should') t.regex(requirement, /SHOULD/, id);
    if (level === 'observed') t.notRegex(requirement, /MUST|SHOULD/, id);
  }
});
