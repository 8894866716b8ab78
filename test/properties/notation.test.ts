import test from 'ava';
import fc from 'fast-check';
import { readToken, Unreadable, writeToken } from '../../properties/notation.ts';
import { cases } from '../../properties/operations.ts';
import { readScenario, writeScenario } from '../../properties/scenario.ts';
import { SEED } from '../seed.ts';

test(`a token is the case that it was made of (seed ${SEED})`, (t) => {
  fc.assert(
    fc.property(cases, (each) => {
      t.deepEqual(readToken(writeToken(each)), each);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test(`a scenario file is the scenario that it was made of (seed ${SEED})`, (t) => {
  fc.assert(
    fc.property(cases, fc.option(fc.constant('a-mutant')), (run, mutant) => {
      const scenario = { lesson: ['One line.', 'Another.'], run, mutant, violates: null };
      t.deepEqual(readScenario(writeScenario(scenario)), scenario);
    }),
    { seed: SEED, numRuns: 50 },
  );
});

const WRONG: Readonly<Record<string, RegExp>> = {
  '': /a token is a seed/,
  'x:disk:settle': /a token is a seed/,
  '1:tape:settle': /a token is a seed/,
  '1:disk:sleep': /an operation is one of/,
  '1:disk:write.0': /a size is a number/,
  '1:disk:write.99.1.0': /a node is a number from 0 to 8/,
  '1:disk:write.0.99999999.0': /a size is a number from 1 to 12000/,
  '1:disk:settle.now': /too many words/,
  '1:disk:probe.0.mine.first.0': /a claim is one of/,
};

for (const [token, why] of Object.entries(WRONG)) {
  test(`"${token}" is refused with what is wrong with it`, (t) => {
    t.throws(() => readToken(token), { instanceOf: Unreadable, message: why });
  });
}

test('a token of more operations than anybody runs is refused', (t) => {
  const token = `1:disk:${Array.from({ length: 1001 }, () => 'settle').join(',')}`;
  t.throws(() => readToken(token), { instanceOf: Unreadable, message: /1000 operations/ });
});

test('a scenario without its rule is refused', (t) => {
  t.throws(() => readScenario('seed 1\nsettle\n'), { instanceOf: Unreadable, message: /----/ });
});
