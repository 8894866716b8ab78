import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { writeBaseline } from '../../src/cli/report-files.ts';
import { baselineSchema } from '../../src/conformance/report/baseline.ts';
import { sampleReport } from '../conformance/report/sample.ts';
import { psyncspec } from './run.ts';

const folder = (t: ExecutionContext): string => {
  const path = mkdtempSync(join(tmpdir(), 'psyncspec-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
};

const SOUND = 'check --rule PSYNC-4 --seed 1'.split(' ');
const FAULTY = [...SOUND, '--mutant', 'psync-one-beyond'];

test('a run is held to what an earlier one wrote, for better and for worse', async (t) => {
  const path = folder(t);
  const [sound, faulty] = [join(path, 'sound.json'), join(path, 'faulty.json')];
  t.is((await psyncspec([...SOUND, '--write-baseline', sound])).code, 0);
  t.is((await psyncspec([...FAULTY, '--write-baseline', faulty])).code, 1);
  t.like(baselineSchema.parse(JSON.parse(readFileSync(faulty, 'utf8'))), {
    outcomes: { 'PSYNC-4/one-beyond': 'violates', 'PSYNC-4/far-beyond': 'conforms' },
  });

  const worse = await psyncspec([...FAULTY, '--baseline', sound]);
  t.is(worse.code, 1);
  t.regex(worse.stdout, /✗ worse: PSYNC-4\/one-beyond: violates, expected conforms/);

  const same = await psyncspec([...FAULTY, '--baseline', faulty]);
  t.is(same.code, 0);
  t.regex(same.stdout, /does not fail the run/);
  t.regex(same.stdout, /against the baseline: 3 unchanged/);

  const better = await psyncspec([...SOUND, '--baseline', faulty, '--write-baseline', faulty]);
  t.is(better.code, 0);
  t.regex(better.stdout, /✓ improved: PSYNC-4\/one-beyond: conforms, expected violates/);
  t.deepEqual(readFileSync(faulty, 'utf8'), readFileSync(sound, 'utf8'));
});

for (const [what, text, message] of [
  ['no JSON', '{', /can't read .*JSON/],
  ['another file of ours', '{"format":"psyncspec-report-1"}', /is no baseline: format: .*--write/],
  [
    'for another role',
    JSON.stringify({
      format: 'psyncspec-baseline-1',
      target: { server: 'x', dialect: 'redis-7', role: 'replica' },
      outcomes: {},
    }),
    /is a baseline for --role replica, and this run is for --role master/,
  ],
] as const) {
  test(`a baseline that is ${what} is bad input, said before anything is asked`, async (t) => {
    const file = join(folder(t), 'baseline.json');
    writeFileSync(file, text);
    const { code, stdout, stderr } = await psyncspec([...SOUND, '--baseline', file]);
    t.is(code, 65);
    t.is(stdout, '');
    t.regex(stderr, message);
  });
}

test('a baseline that is not there is bad input', async (t) => {
  const { code, stderr } = await psyncspec([...SOUND, '--baseline', '/nowhere.json']);
  t.is(code, 65);
  t.regex(stderr, /can't read \/nowhere\.json/);
});

test('a run that was interrupted leaves the baseline as it was', (t) => {
  const file = join(folder(t), 'baseline.json');
  writeFileSync(file, 'as it was');
  writeBaseline(sampleReport([]), file, true);
  t.is(readFileSync(file, 'utf8'), 'as it was');
  writeBaseline(sampleReport([]), file, false);
  t.not(readFileSync(file, 'utf8'), 'as it was');
});
