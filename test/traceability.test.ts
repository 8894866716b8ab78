import test from 'ava';
import { RULE_IDS, type RuleId, ruleOf } from '../models/rules/registry.ts';
import { DIALECTS } from '../models/vocabulary/index.ts';
import { MUTANTS } from '../properties/mutants/index.ts';
import { CHECKS } from '../src/conformance/checks/index.ts';

/** What is left to walks through the machines: it takes time, or a snapshot larger than what sockets hold. */
const WALKED = /^FULL-1[567]$|^LIVE-7$|^BACKLOG-7$/;

/** Why a rule has no check; null where it must have one. */
const withoutCheck = (id: RuleId): string | null => {
  if (WALKED.test(id)) return 'a walk through the machine shows it';
  if (id.startsWith('RESTART-')) return 'it takes a restart of the target';
  if (id === 'SAFE-1') return 'it would stop everybody’s writes to the target';
  if (id === 'SAFE-2') return 'it would end the target';
  if (/^FAILOVER-/.test(id)) return 'it takes two nodes that hand over';
  if (id === 'ASK-3') return 'it takes a failover';
  return null;
};

/**
 * Why a rule has no mutant. Where no function of the rules holds it, a replica that breaks it is played by a script:
 * test/conformance/faulty-replicas.test.ts.
 */
const withoutMutant = (id: RuleId): string | null => {
  const byScript = new Set<RuleId>(['HAND-1', 'HAND-4', 'HAND-7', 'LINK-4', 'ACK-7', 'APPLY-5']);
  if (byScript.has(id))
    return 'the machine itself would have to be another; a scripted replica breaks it';
  if (id === 'LINK-1' || id === 'LINK-9') return 'the machine does it at every turn of its cron';
  if (id === 'APPLY-4') return 'the reference node hands on bytes and never makes them anew';
  if (id === 'XFER-3') return 'the reference server takes no snapshot straight from a socket';
  if (id === 'LINK-7')
    return 'the machine compares the addresses itself, and nothing else depends on it';
  if (id === 'XFER-4')
    return 'the reference node reads the field itself, and keeps it apart from the rules';
  return withoutCheck(id);
};

test('every rule has a check, or a reason why not', (t) => {
  const checked = new Set(CHECKS.map(({ rule }) => rule));
  t.deepEqual(
    RULE_IDS.filter((id) => !checked.has(id) && withoutCheck(id) === null),
    [],
  );
  t.deepEqual(
    RULE_IDS.filter((id) => checked.has(id) && withoutCheck(id) !== null),
    [],
    'an excuse that is not needed',
  );
});

test('every rule that has a check has a mutant, or a reason why not', (t) => {
  const broken = new Set(MUTANTS.map(({ rule }) => rule));
  t.deepEqual(
    RULE_IDS.filter((id) => !broken.has(id) && withoutMutant(id) === null),
    [],
  );
  t.deepEqual(
    RULE_IDS.filter((id) => broken.has(id) && withoutMutant(id) !== null),
    [],
    'an excuse that is not needed',
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
