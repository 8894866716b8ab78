import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { psyncspec } from './run.ts';

const folder = (t: ExecutionContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'psyncspec-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
};

const explore = (line: string, ...more: string[]) =>
  psyncspec(['explore', ...line.split(' ').filter((word) => word !== ''), ...more]);

const SMALL = '--nodes 2 --writes 3 --ids 3 --backlog 2';

test.serial('a model that holds is reported with its counts, actions and witnesses', async (t) => {
  const { code, stdout } = await explore(SMALL);
  t.is(code, 0, stdout);
  t.regex(stdout, /15,240 states, 53,524 transitions, 19 levels below the initial state/);
  t.regex(stdout, /actions +WRITE [\d,]+, DELIVER [\d,]+/);
  t.regex(stdout, /witnesses +ContinuesPreviousHistory [\d,]+, PastSecondOffset [\d,]+/);
  t.regex(stdout, /✓ SAFE, HELD, LINKED, OWED hold in every reachable state/);
});

test.serial(
  'a violation is a numbered story with offsets, and its last line walks it again',
  async (t) => {
    const first = await explore('--mutant psync-second-one-past');
    t.is(first.code, 1, first.stdout);
    t.regex(first.stdout, /✗ SAFE does not hold after 3 steps/);
    t.regex(first.stdout, /^1\. [A-Z]+\(/m);
    t.regex(first.stdout, /after +node \d .* replid \d .* offset \d .* window/);
    const again = /^again +npx psyncspec explore (.*)$/m.exec(first.stdout)?.[1];
    t.regex(again ?? '', /^--mutant psync-second-one-past --replay [\d.]+$/);
    const second = await explore(again ?? '');
    t.is(second.code, 1);
    t.regex(second.stdout, /✗ SAFE does not hold at the end/);
    const story = (text: string) => /^start$.*^again/ms.exec(text)?.[0];
    t.is(story(second.stdout), story(first.stdout));
  },
);

test.serial('the run found is written as ITF and the result as JSON', async (t) => {
  const path = folder(t);
  const [itf, json] = [join(path, 'run.itf.json'), join(path, 'result.json')];
  const { code } = await explore('--mutant BUG=2', '--out', itf, '--json', json);
  t.is(code, 1);
  const run = JSON.parse(readFileSync(itf, 'utf8'));
  t.is(run['#meta'].format, 'ITF');
  t.true(run.vars.includes('hist') && run.states.length > 2);
  t.deepEqual(run.states[0].w, { '#bigint': '0' });
  const result = JSON.parse(readFileSync(json, 'utf8'));
  t.is(result.outcome, 'violated');
  t.is(result.counterexample.steps.length, run.states.length - 1);
  t.is(result.counterexample.steps.at(-1).state.hist.length, 3);
});

test.serial('the model is written for SPIN and for TLC', async (t) => {
  const promela = await explore('--export promela');
  t.is(promela.code, 0);
  t.regex(promela.stdout, /d_step \{ \(node\[0\]\.m == 0\)/);
  const file = join(folder(t), 'core.tla');
  t.is((await explore('--export tla', '--out', file)).code, 0);
  t.regex(readFileSync(file, 'utf8'), /MODULE/);
  t.regex(readFileSync(file.replace('.tla', '.cfg'), 'utf8'), /INVARIANT/);
});

for (const [limit, reason] of [
  ['--states 5000', /the limit on states was reached, and [\d,]+ states wait/],
  ['--memory 4M', /the memory limit was reached, and [\d,]+ states wait/],
  ['--time 0.2s', /the time was up, and [\d,]+ states wait/],
] as const) {
  test.serial(`${limit} ends the search with what it has found`, async (t) => {
    const { code, stdout } = await explore(`--writes 3 --backlog 2 ${limit}`);
    t.is(code, 2, stdout);
    t.regex(stdout, reason);
  });
}

test.serial('Ctrl-C ends the search with what it has found', async (t) => {
  let interrupt = () => {};
  const line = 'explore --nodes 4 --writes 3 --backlog 2 --time 40s'.split(' ');
  const ended = psyncspec(line, {
    onStart: (kill) => {
      interrupt = () => kill('SIGINT');
    },
    onError: (text) => {
      if (/states\/s/.test(text)) interrupt();
    },
  });
  const { code, stdout } = await ended;
  t.is(code, 2, stdout);
  t.regex(stdout, /it was interrupted, and [\d,]+ states wait/);
});

test.serial('bounds too small to meet everything are no proof', async (t) => {
  const { code, stdout } = await explore('--nodes 2 --writes 1 --ids 1 --backlog 1');
  t.is(code, 2, stdout);
  t.regex(stdout, /hold, but these were never met: .*PROMOTE/);
});

for (const [line, message] of [
  ['--nodes 1', /--nodes 1: give a whole number from 2 to 5/],
  ['--nodes three', /--nodes three: give a whole number/],
  ['--slots 3', /unknown option '--slots'/],
  ['psync3', /there is no model 'psync3'/],
  ['--mutant psync-one-beyondd', /did you mean psync-one-beyond\?/],
  ['--mutant BUG=1 --rules x.js', /--mutant and --rules do not go together/],
  ['--export tla --replay 0', /--export and --replay do not go together/],
  ['--export latex', /--export latex: give promela or tla/],
  ['--property SAFETY', /has no property 'SAFETY'/],
  ['--memory much', /--memory much: give a size such as 512M or 4G/],
  ['--nodes 5 --writes 7 --ids 15 --mutant psync-one-beyond', /has \d+ cases/],
] as const) {
  test.serial(`explore ${line} is a usage error that says what to do`, async (t) => {
    const { code, stdout, stderr } = await explore(line);
    t.is(code, 64, stdout + stderr);
    t.regex(stderr, message);
    t.is(stdout, '');
  });
}

for (const [line, message] of [
  ['--replay 0.99', /step 2 asks for successor 99/],
  ['--resume nowhere', /checkpoint 'nowhere' cannot be used/],
  ['--out /nowhere/run.json --mutant BUG=1', /\/nowhere\/run.json/],
  ['--rules nowhere.js', /rules 'nowhere.js': it cannot be loaded/],
] as const) {
  test.serial(`explore ${line} is bad input, said in one line`, async (t) => {
    const { code, stderr } = await explore(line);
    t.is(code, 65, stderr);
    t.regex(stderr, message);
    t.notRegex(stderr, /\n {4}at /);
  });
}

const withRules = async (t: ExecutionContext, text: string) => {
  const file = join(folder(t), 'rules.mjs');
  writeFileSync(file, text);
  return explore('', '--rules', file);
};

test.serial('rules of a file decide: one byte too generous, and the run is shown', async (t) => {
  const text = `export const judgePsync = (request, ids, window) =>
    request.nextByte <= window.firstByte + window.histlen + 1
      ? { resync: 'partial', from: request.nextByte, under: 'replid' }
      : { resync: 'full', because: 'after-window' };`;
  const { code, stdout } = await withRules(t, text);
  t.is(code, 1, stdout);
  t.regex(stdout, /does not hold after \d steps?/);
  t.regex(stdout, /variant rules of .*rules.mjs/);
});

for (const [what, text, message] of [
  [
    'throws',
    'export const judgePsync = () => { throw new Error("no"); };',
    /judgePsync\(.*throws: no/,
  ],
  ['answers nothing', 'export const judgePsync = () => {};', /judgePsync\(.* answers nothing/],
  ['answers nonsense', 'export const promotion = () => 7;', /an answer of no use/],
  [
    'answers a foreign ID',
    'export const promotion = (n) => ({ ids: { ...n.ids, replid: "x" } });',
    /promotion.replid of .* not a whole number/,
  ],
  [
    'is no rule',
    'export const judgePsink = () => 1;',
    /no rule 'judgePsink': did you mean judgePsync/,
  ],
  ['is not asked', 'export const waitSatisfied = () => true;', /does not ask 'waitSatisfied'/],
  ['is no function', 'export const judgePsync = 3;', /'judgePsync' is not a function/],
  ['does not parse', 'export const = 3', /it cannot be loaded/],
  ['is empty', '', /it exports no rule/],
  ['loops when loaded', 'for (;;);', /does it loop/],
  ['loops when asked', 'export const judgePsync = () => { for (;;); };', /does a rule loop/],
] as const) {
  test.serial(`a rules file that ${what} is refused with the reason`, async (t) => {
    const { code, stderr } = await withRules(t, text);
    t.is(code, 65, stderr);
    t.regex(stderr, message);
  });
}

test.serial('--list shows models, bounds, mutants and the rules that are asked', async (t) => {
  const { code, stdout } = await explore('--list');
  t.is(code, 0);
  for (const word of ['psync2-core', '--backlog', 'BUG=1', 'psync-one-beyond', 'judgePsync']) {
    t.true(stdout.includes(word), word);
  }
});
