import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { campaign } from '../../properties/campaign.ts';
import { RUN_PROPERTIES } from '../../properties/suite/index.ts';
import { StdioSystem } from '../../src/systems/stdio/stdio-system.ts';
import { SEED } from '../seed.ts';

const EXAMPLE = fileURLToPath(new URL('../../docs/guides/adapter.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Longer than any adapter of ours takes to start, in milliseconds. */
const PATIENT = 60_000;

const run = async (command: string, patience = PATIENT, runs = 8) => {
  const system = new StdioSystem({ command, env: process.env, patience });
  try {
    return await campaign({
      system,
      properties: RUN_PROPERTIES,
      seed: SEED,
      runs,
    });
  } finally {
    await system.close();
  }
};

test(`the example of an adapter in Python holds (seed ${SEED})`, async (t) => {
  if (!hasPython) {
    t.log('skipped: there is no python3');
    t.pass();
    return;
  }
  const { found, operations, inconclusive } = await run(`python3 '${EXAMPLE}'`);
  t.deepEqual(found, []);
  t.deepEqual([...inconclusive], []);
  t.true(operations > 0);
});

/** Answers as an adapter would, but for `perform`, whose nodes are what the expression makes of them. */
const adapter = (perform: string): string => {
  const script = `
    const node = (i, data) => ({ role: 'master', replid: String(i).repeat(40), replid2: null, secondReplOffset: null,
      offset: 0, window: null, backlogSize: 16384, master: null, linkUp: false, replicas: [],
      counters: { syncFull: 0, syncPartialOk: 0, syncPartialErr: 0 }, data });
    const nodes = [0, 1, 2].map((i) => node(i, ['', '']));
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, ...question } = JSON.parse(line);
      const say = (answer) => console.log(JSON.stringify({ id, ...answer }));
      if (question.do === 'hello') say({ name: 'odd', nodes: 3, abilities: ['write', 'settle'] });
      else if (question.do === 'reset') say({ nodes });
      else { ${perform} }
    });`;
  return `'${process.execPath}' -e "${script.replaceAll('"', '\\"').replaceAll('$', '\\$')}"`;
};

const ODD: Readonly<Record<string, readonly [perform: string, why: RegExp]>> = {
  'that hangs': ['', /did not answer within \d+ ms/],
  'that dies': ['process.exit(3)', /ended with code 3/],
  'that answers no JSON': ["console.log('moo')", /answered nonsense: .moo. is no JSON/],
  'that leaves fields out': ["say({ outcome: 'done' })", /answered nonsense: at/],
  'that answers late': [
    "setTimeout(() => say({ outcome: 'done', at: 0, nodes, quiet: true }), 20000)",
    /did not answer within \d+ ms/,
  ],
};

for (const [odd, [perform, why]] of Object.entries(ODD)) {
  test(`an adapter ${odd} is inconclusive, with the reason, and the run ends`, async (t) => {
    const isSlow = /hangs|late/.test(odd);
    const { found, inconclusive } = await run(adapter(perform), isSlow ? 5000 : PATIENT, 1);
    t.deepEqual(found, []);
    t.true(inconclusive.size > 0);
    for (const reason of inconclusive.keys()) t.regex(reason, why);
  });
}

test('an adapter whose nodes share a replid and not their data is found out', async (t) => {
  const { found } = await run(
    adapter(
      "say({ outcome: 'done', at: 0, quiet: true, nodes: [node(1, ['a', '']), node(1, ['b', '']), node(2, ['', ''])] })",
    ),
  );
  t.true(found.some(({ property }) => property.id === 'same-name-same-data'));
});
