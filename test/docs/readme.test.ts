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

/** Parts of what a command printed, whole lines in their order. */
const excerpts = [...README.matchAll(/^```console\n\$ npx psyncspec (.*)\n([\s\S]*?)```$/gm)].map(
  ([, args = '', lines = '']) => ({ args, lines: lines.trimEnd().split('\n') }),
);

/** The lines that do not follow those before them in a text. */
const missing = (lines: readonly string[], text: string): string[] => {
  const printed = text.split('\n');
  let at = 0;
  return lines.filter((line) => {
    const found = printed.indexOf(line, at);
    if (found >= 0) at = found + 1;
    return found < 0;
  });
};

test('the readme shows parts of a terminal three times', (t) => {
  t.is(excerpts.length, 3);
  t.deepEqual(missing(['a', 'c', 'b'], 'a\nb\nc'), ['b']);
});

for (const { args, lines } of excerpts) {
  test(`npx psyncspec ${args} prints the lines that the readme shows`, async (t) => {
    const { stdout } = await psyncspec(args.split(' '));
    t.deepEqual(missing(lines, stdout), []);
  });
}

test('the readme counts as many checks as there are', (t) => {
  const shown = sessions.find(({ args }) => args.includes('127.0.0.1'))?.output ?? '';
  t.is(Number(/(\d+) checks in/.exec(shown)?.[1]), MASTER_CHECKS.length);
});
