import { readFileSync } from 'node:fs';
import test from 'ava';
import * as models from '../../models/index.ts';
import { coverageSchema, unknownNameIn } from '../../src/diagram/coverage.ts';
import { psyncspec } from '../cli/run.ts';

const GUIDE = readFileSync(new URL('../../docs/guides/diagrams.md', import.meta.url), 'utf8');

const sessions = [...GUIDE.matchAll(/^```\n\$ npx psyncspec (.*)\n([\s\S]*?)```$/gm)];

test('the guide to diagrams shows a terminal twice', (t) => {
  t.is(sessions.length, 2);
});

for (const [, args = '', output = ''] of sessions) {
  test(`npx psyncspec ${args} prints what the guide to diagrams shows`, async (t) => {
    const { stdout } = await psyncspec(args.split(' '));
    t.is(stdout, output);
  });
}

test('the coverage file in the guide is one, and names a transition that exists', (t) => {
  const [, text = ''] = /```json\n([\s\S]*?)```/.exec(GUIDE) ?? [];
  t.is(unknownNameIn(coverageSchema.parse(JSON.parse(text))), null);
});

test('the event in the guide is refused as the guide says', (t) => {
  const [failover] = models.MACHINES.filter(({ name }) => name === 'failover');
  t.truthy(failover);
  if (failover === undefined) return;
  const { start, step } = models.stepperOf(failover);
  const refused = step(start(undefined), { type: 'ABORTED' });
  t.is(refused.outcome, 'refused');
  if (refused.outcome !== 'refused') return;
  t.true(GUIDE.includes(`because: '${refused.because}'`));
});
