import test from 'ava';
import { STANDARD } from '../../models/rules/ruleset.ts';
import { CONTINUED_IS_PREFIX, NO_NEEDLESS_FULL } from '../../properties/acceptance.property.ts';
import { search, unreached } from '../../properties/holds.ts';
import { findMutant, rulesWith } from '../../properties/mutants/index.ts';
import { SEED } from '../seed.ts';

const RUNS = 20_000;

for (const property of [CONTINUED_IS_PREFIX, NO_NEEDLESS_FULL]) {
  test(`${property.sentence} (seed ${SEED})`, (t) => {
    const result = search(property, STANDARD, { runs: RUNS, seed: SEED });
    t.is(result.counterexample, null);
    t.deepEqual(unreached(property, result), []);
  });
}

/** The ten ways to get the decision wrong, and some more; each property kills what the other lets live. */
const KILLED_BY = {
  'psync-ignores-replid': CONTINUED_IS_PREFIX,
  'psync-second-one-past': CONTINUED_IS_PREFIX,
  'psync-second-unbounded': CONTINUED_IS_PREFIX,
  'psync-one-before': CONTINUED_IS_PREFIX,
  'psync-no-lower-edge': CONTINUED_IS_PREFIX,
  'psync-one-beyond': CONTINUED_IS_PREFIX,
  'psync-future-within-size': CONTINUED_IS_PREFIX,
  'psync-always-partial': CONTINUED_IS_PREFIX,
  'psync-first-byte-refused': NO_NEEDLESS_FULL,
  'psync-next-byte-refused': NO_NEEDLESS_FULL,
  'psync-always-full': NO_NEEDLESS_FULL,
  'psync-second-ignored': NO_NEEDLESS_FULL,
  'psync-second-one-short': NO_NEEDLESS_FULL,
  'promotion-bound-one-more': CONTINUED_IS_PREFIX,
  'promotion-bound-one-less': NO_NEEDLESS_FULL,
  'promotion-keeps-replid': CONTINUED_IS_PREFIX,
  'adoption-bound-one-less': NO_NEEDLESS_FULL,
} as const;

for (const [name, property] of Object.entries(KILLED_BY)) {
  test(`"${property.id}" does not hold for ${name} (seed ${SEED})`, (t) => {
    const mutant = findMutant(name);
    t.not(mutant, undefined);
    if (mutant === undefined) return;
    const { counterexample } = search(property, rulesWith(mutant), { runs: RUNS, seed: SEED });
    t.not(counterexample, null);
    t.log(counterexample?.shown, counterexample?.why);
  });
}
