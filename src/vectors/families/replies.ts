import { z } from 'zod';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';
import { bytes, family, ID, type Question } from '../family.ts';
import type { Flag } from '../vector.ts';

const AWAITED = ['pong', 'auth', 'announcement', 'psync', 'header'] as const;

const asked = z.strictObject({
  awaiting: z.enum(AWAITED).describe('which answer the replica waits for'),
  line: bytes().nullable().describe('without its end; null where a line begins and does not end'),
});

const MEANINGS = [
  'go-on',
  'give-up',
  'wait',
  'full-resync',
  'continue',
  'later',
  'no-psync',
  'length',
  'mark',
  'refused',
] as const;

const answer = z.strictObject({
  means: z.enum(MEANINGS),
  replid: bytes().nullable().describe('of +FULLRESYNC or +CONTINUE, where one is taken'),
  offset: z.int().nullable().describe('of +FULLRESYNC; -1 where the line is malformed'),
  length: z.int().nullable().describe('of a snapshot in bytes'),
  mark: bytes().nullable().describe('that ends a snapshot'),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;

const NOTHING = { replid: null, offset: null, length: null, mark: null };

const decidePsync = (line: string | null, dialect: Dialect, rules: Ruleset): Answer => {
  if (line === null) {
    return { ...NOTHING, means: rules.takesSilenceForNo(dialect) ? 'no-psync' : 'later' };
  }
  const told = rules.judgeAnswer(line, dialect);
  if (told.means === 'full-resync') {
    return { ...NOTHING, means: told.means, replid: told.replid, offset: told.offset };
  }
  return { ...NOTHING, means: told.means, replid: told.means === 'continue' ? told.named : null };
};

const decideHeader = (line: string, rules: Ruleset): Answer => {
  const verdict = rules.judgeHeader(line);
  const length = verdict.header === 'length' ? verdict.length : null;
  const mark = verdict.header === 'mark' ? verdict.mark : null;
  return { ...NOTHING, means: verdict.header, length, mark };
};

const decide = ({ awaiting, line }: Asked, dialect: Dialect, rules: Ruleset): Answer => {
  if (awaiting === 'psync') return decidePsync(line, dialect, rules);
  const text = line ?? '';
  if (awaiting === 'header') return decideHeader(text, rules);
  const goesOn =
    awaiting === 'announcement' ||
    (awaiting === 'pong' ? rules.isAcceptablePong(text, dialect) : !rules.isRefusedAuth(text));
  return { ...NOTHING, means: goesOn ? 'go-on' : 'give-up' };
};

const BY_MEANING: Readonly<Record<Answer['means'], readonly RuleId[]>> = {
  'go-on': ['HAND-2'],
  'give-up': ['HAND-2'],
  wait: ['ANS-1'],
  'full-resync': ['ANS-2'],
  continue: ['ANS-4'],
  later: ['ANS-5'],
  'no-psync': ['ANS-6'],
  length: ['XFER-1'],
  mark: ['XFER-1'],
  refused: ['XFER-1'],
};

const rulesOf = ({ awaiting, line }: Asked, { means, offset }: Answer): readonly RuleId[] => {
  if (awaiting === 'header') return ['XFER-1'];
  if (awaiting === 'auth') return ['HAND-3'];
  if (awaiting === 'announcement') return ['HAND-4'];
  if (awaiting === 'psync' && line === null) return ['ANS-7'];
  return means === 'full-resync' && offset === -1 ? ['ANS-3'] : BY_MEANING[means];
};

const STATUSES = ['+PONG', '+OK', '+', '+pong', '+QUEUED', ':1', '$4', '*1', 'PONG', ''];
const ERRORS = [
  ...['-NOAUTH Authentication required.', '-NOAUTH', '-noauth', '-NOPERM no permission', '-NOPERM'],
  ...['-ERR operation not permitted', '-ERR Operation not permitted', '-ERR no', '-ERR', '-'],
  ...['-LOADING loading the dataset', '-MASTERDOWN the link is down', '-MISCONF no space', '-BUSY'],
  ...['-WRONGPASS invalid username-password pair', "-ERR unknown command 'REPLCONF'", '-DENIED'],
  '-NOMASTERLINK not now',
];

const OFFSETS = [
  ...[
    '0',
    '1',
    '100',
    '-1',
    '-5',
    '+7',
    '007',
    '12abc',
    'abc',
    '',
    ' 100',
    '100 200',
    '2147483647',
  ],
  ...['4294967296', '9007199254740991', '1.5', '1e3', '0x10'],
];

const LOOK_ALIKES = ['+FULLRESYNCX', '+FULLRESYNC', '+fullresync', 'FULLRESYNC', '-FULLRESYNC'];

const FULL_LINES = [
  ...OFFSETS.map((number) => `+FULLRESYNC ${ID.own} ${number}`),
  ...LOOK_ALIKES.map((word) => `${word} ${ID.own} 100`),
  ...[ID.own.slice(1), `${ID.own}0`, '?', '', ID.own.toUpperCase(), '\u00e9'.repeat(40)].map(
    (name) => `+FULLRESYNC ${name} 100`,
  ),
  ...['+FULLRESYNC', '+FULLRESYNC ', '+FULLRESYNC 100', `+FULLRESYNC ${ID.own}`],
  ...[`+FULLRESYNC  ${ID.own} 100`, `+FULLRESYNC\t${ID.own}\t100`, `+FULL ${ID.own} 100`],
  `+FULLRESYNC ${ID.own} 100\r`,
];

const CONTINUE_LINES = [
  ...['+CONTINUE', '+CONTINUE ', '+continue', 'CONTINUE', '-CONTINUE', '+CONT', '+CONTINUED'],
  ...[ID.own, ID.own.toUpperCase(), ID.own.slice(1), `${ID.own}0`, `${ID.own} 100`, 'x', ' '].map(
    (name) => `+CONTINUE ${name}`,
  ),
  ...[`+CONTINUE${ID.own}`, `+CONTINUE\t${ID.own}`, `+CONTINUE  ${ID.own}`],
];

const LATER_LINES = [
  ...['-NOMASTERLINK', "-NOMASTERLINK Can't SYNC while not connected with my master"],
  ...['-LOADING', '-LOADING Redis is loading the dataset in memory', '-LOADINGS', '-nomasterlink'],
  ...['-ERR NOMASTERLINK', ' -LOADING', '+LOADING', '-NOMASTER', '-LOAD'],
];

const HEADERS = [
  ...['$0', '$1', '$100', '$9007199254740991', '$-1', '$-0', '$', '$abc', '$12abc', '$ 12', '$+5'],
  ...['12', '+OK', '-ERR no', '-LOADING wait', '*1', ':100', '', ' $100', '$$100', '$1.9', '$0x10'],
  ...[ID.foreign, ID.foreign.slice(1), `${ID.foreign}0`, '', ID.foreign.toUpperCase()].map(
    (mark) => `$EOF:${mark}`,
  ),
  ...['\u00ff'.repeat(40), '\0'.repeat(40)].map((mark) => `$EOF:${mark}`),
  ...[`$eof:${ID.foreign}`, `$EOF${ID.foreign}`, `EOF:${ID.foreign}`, `$EOF: ${ID.foreign}`],
];

const flagsOf = (line: string | null, proper: boolean): readonly Flag[] => {
  if (line === null) return ['silence'];
  return [
    ...(/[^\0-~]/.test(line) ? (['binary'] as const) : []),
    ...(proper ? [] : (['malformed'] as const)),
  ];
};

const PROPER =
  /^(\+PONG|\+OK|\+CONTINUE( \S{40})?|\+FULLRESYNC \S{40} \d+|\$\d+|\$EOF:.{40}|-[A-Z]+ .*)$/s;

const questionsOf = (awaiting: Asked['awaiting'], lines: readonly (string | null)[]) =>
  lines.map(
    (line): Question<Asked> => ({
      asked: { awaiting, line },
      flags: flagsOf(line, line !== null && PROPER.test(line)),
      dialects: DIALECTS,
    }),
  );

const questions = (): readonly Question<Asked>[] => [
  ...questionsOf('pong', [...STATUSES, ...ERRORS]),
  ...questionsOf('auth', [...STATUSES, ...ERRORS]),
  ...questionsOf('announcement', [...STATUSES, ...ERRORS]),
  ...questionsOf('psync', [...STATUSES, ...ERRORS, ...FULL_LINES, ...CONTINUE_LINES]),
  ...questionsOf('psync', [...LATER_LINES, null]),
  ...questionsOf('header', [...HEADERS, ...FULL_LINES.slice(0, 2)]),
];

export const replies = family({
  name: 'replies',
  title: 'Reply grammar',
  about:
    'A replica waits for one answer of its master and hears this line. `go-on` and `give-up` are about the handshake; `later` keeps what could be continued and tries again, `no-psync` sends SYNC on the same link. A field that the line does not set is null.',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
