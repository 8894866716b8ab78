import test, { type ExecutionContext } from 'ava';
import type { Need } from '../../src/conformance/check.ts';
import { REPLICA_CHECKS } from '../../src/conformance/checks/replica/index.ts';
import { type RunResult, runListening } from '../../src/conformance/runner.ts';
import { FakeMaster } from '../../src/conformance/target/fake-master.ts';
import { type Habits, type Piece, ScriptedReplica } from './scripted-replica.ts';

const TIMEOUT = 600;

const run = async (
  t: ExecutionContext,
  habits: Habits,
  ids: readonly string[],
): Promise<RunResult> => {
  const listener = await FakeMaster.listen('127.0.0.1', { timeout: TIMEOUT });
  t.teardown(() => listener.close());
  const replica = new ScriptedReplica(listener.port, habits);
  t.teardown(() => replica.close());
  return runListening(
    {
      role: 'replica',
      dialect: 'redis-7',
      checks: REPLICA_CHECKS.filter(({ id, rule }) => ids.includes(id) || ids.includes(rule)),
      seed: 7,
      timeout: TIMEOUT,
      allowed: new Set<Need>(['keys', 'settings', 'role', 'data']),
    },
    listener,
  );
};

const nameOf = ({ words }: Piece): string => words[0]?.toUpperCase() ?? '';
const size = ({ bytes }: Piece): number => bytes.length;
const without =
  (...names: string[]) =>
  (piece: Piece): number =>
    names.includes(nameOf(piece)) ? 0 : size(piece);

/** A mistake: how a replica makes it, the check that shows it, and what the report must say of it. */
const MISTAKES: readonly (readonly [habits: Habits, check: string, said: RegExp])[] = [
  [{ counts: without('PING') }, 'APPLY-1/ping', /^14 short: a PING in the stream was not counted/],
  [{ counts: without('SELECT') }, 'APPLY-1/select', /^23 short: a SELECT was not counted/],
  [
    { counts: without('REPLCONF') },
    'ACK-7/excluded',
    /^37 short: the GETACK answered earlier was not counted/,
  ],
  [
    { acknowledges: (applied, asked) => applied + asked },
    'ACK-7/excluded',
    /^37 too many: the GETACK that is answered was counted in its own answer/,
  ],
  [
    { counts: without('MULTI', 'EXEC') },
    'APPLY-2/transaction',
    /^29 short: MULTI and EXEC were not counted/,
  ],
  [
    { counts: (piece) => (piece.bytes[0] === 10 ? 0 : size(piece)) },
    'APPLY-3/newline',
    /^1 short: .*a newline in the stream was not counted|^1 short: a newline/,
  ],
  [
    { counts: (piece) => (piece.bytes.toString() === '*0\r\n' ? 0 : size(piece)) },
    'APPLY-3/empty-array',
    /^4 short: an empty array in the stream was not counted/,
  ],
  [
    { counts: (piece) => (nameOf(piece).startsWith('PSYNCSPEC') ? 0 : size(piece)) },
    'APPLY-5/then-goes-on',
    /short: a command that failed was not counted/,
  ],
  [
    { counts: ({ bytes }) => [...bytes.toString('utf8')].length },
    'APPLY-1/utf-8',
    /short: characters were counted instead of bytes/,
  ],
  [
    { counts: ({ words }) => words.join('').length },
    'APPLY-1/several',
    /short: the arguments were counted without the protocol/,
  ],
  [
    { counts: ({ bytes }) => bytes.toString('latin1').replaceAll('\r\n', '\n').length },
    'APPLY-1/several',
    /short: each line end was counted as one byte/,
  ],
  [{ counts: () => 1 }, 'APPLY-1/several', /short: commands were counted instead of bytes/],
  [
    { completes: ({ words }) => words.length > 0 },
    'APPLY-2/open',
    /too many: the commands of an open transaction were counted before its EXEC/,
  ],
  [
    { asks: (applied, begun) => applied + begun },
    'APPLY-1/half-value',
    /too many: bytes of a command were counted whose end had not arrived/,
  ],
  [
    { asks: (applied, begun) => applied + begun },
    'APPLY-3/pending',
    /^3 too many: a newline was counted before the command behind it/,
  ],
  [
    { begins: (announced) => announced + 14 },
    'ANS-2/outside',
    /^14 too many: a PING before the snapshot was counted/,
  ],
  [
    { begins: (announced, _, heard) => announced + heard.keepAlivesBeforeAnswer },
    'ANS-2/outside',
    /^2 too many: a newline before the answer to PSYNC was counted/,
  ],
  [
    { begins: (announced, _, heard) => announced + heard.keepAlivesBeforeHeader },
    'ANS-2/outside',
    /^3 too many: a newline before the snapshot’s header was counted/,
  ],
  [
    { begins: (announced, _, heard) => announced + heard.header },
    'ANS-2/outside',
    /too many: the header of the snapshot was counted/,
  ],
  [
    { begins: (announced, _, heard) => announced + heard.answer },
    'ANS-2/outside',
    /too many: the line that answers PSYNC was counted/,
  ],
  [
    { begins: (announced, _, heard) => announced + heard.payload },
    'ANS-2/outside',
    /too many: the snapshot itself was counted/,
  ],
  [
    { begins: (announced, _, heard) => announced + heard.mark },
    'ANS-2/outside-with-mark',
    /^40 too many: the end mark of the snapshot was counted/,
  ],
  [
    { begins: () => 0 },
    'ANS-2/outside',
    /short: counting began at 0 instead of the offset in \+FULLRESYNC/,
  ],
  [
    { begins: (announced, had) => (had > 0 ? had : announced) },
    'ANS-2',
    /counting went on from the offset it had before \+FULLRESYNC/,
  ],
  [
    { acknowledges: (applied) => applied + 1 },
    'APPLY-1/command',
    /^1 too many: the first byte that it lacks was named/,
  ],
  [
    { asks: (applied) => applied - 1 },
    'APPLY-1/whole',
    /^1 short: the last byte that it has was asked for/,
  ],
  [{ countsOwn: true }, 'ACK-7/excluded', /too many: its own acknowledgements were counted/],
];

for (const [habits, check, said] of MISTAKES) {
  test(`a replica that miscounts is told how by ${check}: ${said.source.slice(0, 70)}`, async (t) => {
    const { results } = await run(t, habits, [check]);
    const told = results.flatMap(({ outcome }) =>
      outcome.outcome === 'violates' ? [outcome.explanation ?? outcome.heard] : [],
    );
    t.true(
      told.some((text) => said.test(text)),
      JSON.stringify(results.map(({ outcome }) => outcome)),
    );
  });
}

const BROKEN: readonly (readonly [rule: string, habits: Habits])[] = [
  ['HAND-1', { impatient: true }],
  ['HAND-1', { skipsPing: true }],
  ['HAND-4', { touchy: true }],
  ['HAND-7', { impatient: true }],
  ['LINK-4', { takesInline: true }],
  ['ACK-7', { acknowledges: (applied, asked) => applied + asked }],
  ['APPLY-5', { counts: (piece) => (nameOf(piece).startsWith('PSYNCSPEC') ? 0 : size(piece)) }],
];

for (const [rule, habits] of BROKEN) {
  test(`a replica with ${Object.keys(habits).join(' and ')} is caught by a check of ${rule}`, async (t) => {
    const { results } = await run(t, habits, [rule]);
    t.true(
      results.some(({ outcome }) => outcome.outcome === 'violates'),
      JSON.stringify(results.map(({ outcome }) => outcome)),
    );
  });
}

test('a replica that counts rightly is accused of nothing', async (t) => {
  const rules = [
    'HAND-1',
    'HAND-2',
    'HAND-4',
    'HAND-7',
    'ANS-2',
    'ANS-5',
    'LINK-3',
    'ACK-6',
    'ACK-7',
    'ASK-1',
    ...[1, 2, 3, 5].map((number) => `APPLY-${number}`),
  ];
  const { results } = await run(t, {}, rules);
  const accused = results.filter(({ outcome }) => outcome.outcome === 'violates');
  t.deepEqual(
    accused.map(({ check, outcome }) => [check.id, outcome]),
    [],
  );
  t.true(results.filter(({ outcome }) => outcome.outcome === 'conforms').length > 55);
});
