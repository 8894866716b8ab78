import { readFileSync } from 'node:fs';
import test from 'ava';
import { MASTER_CHECKS } from '../../src/conformance/checks/index.ts';
import { psyncspec } from '../cli/run.ts';
import { normalised } from '../faulty/golden.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** What a reader sees of a terminal: the command, and what it printed. */
const sessions = [...README.matchAll(/^```\n\$ npx psyncspec (.*)\n([\s\S]*?)```$/gm)].map(
  ([, args = '', output = '']) => ({ args, output }),
);

/** What differs from run to run, and how long lines are that hold it. */
const comparable = (text: string): string => normalised(text).replaceAll(/\s+/g, ' ').trim();

test('the readme shows a terminal three times', (t) => {
  t.is(sessions.length, 3);
});

for (const { args, output } of sessions.filter(({ args }) => !args.includes('127.0.0.1'))) {
  test(`npx psyncspec ${args} prints what the readme shows`, async (t) => {
    const { stdout } = await psyncspec(args.split(' '));
    t.is(comparable(stdout), comparable(output));
  });
}

test('the readme counts as many checks as there are', (t) => {
  const shown = sessions.find(({ args }) => args.includes('127.0.0.1'))?.output ?? '';
  t.is(Number(/(\d+) checks in/.exec(shown)?.[1]), MASTER_CHECKS.length);
});
