import { z } from 'zod';
import { commandInStream } from '../../../models/rules/application.ts';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import { DIALECTS, type Dialect, processedOffset } from '../../../models/vocabulary/index.ts';
import { encodeCommand } from '../../wire/resp.ts';
import { bytes, family, ID, offset, type Question, words } from '../family.ts';

const OWNERS = ['command', 'PING', 'SELECT', 'MULTI', 'EXEC', 'GETACK', 'newline'] as const;

const asked = z.strictObject({
  replid: z.string(),
  offset: offset().describe('what the replica has applied before'),
  held: z
    .boolean()
    .describe('whether its commands are held back (CLIENT PAUSE) when the link breaks'),
  stream: z.array(z.strictObject({ owner: z.enum(OWNERS), bytes: bytes() })),
});

const answer = z.strictObject({
  pieces: z.array(
    z.strictObject({
      from: offset().describe('the position of its first byte'),
      to: offset().describe('the position of its last byte'),
      applied: offset().describe('what counts once the piece is executed'),
      acknowledges: words().nullable().describe('what the replica says at once'),
    }),
  ),
  cuts: z
    .array(words())
    .describe('the next PSYNC when the link breaks inside of a piece or right before it, by piece'),
  end: words().describe('the next PSYNC when the link breaks behind the last piece'),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;
type Piece = Asked['stream'][number];

const nameOf = ({ owner, bytes }: Piece): string | null => {
  if (owner === 'newline') return null;
  if (owner === 'GETACK') return 'REPLCONF';
  return owner === 'command' ? (/^\*\d+\r\n\$\d+\r\n([^\r]*)/.exec(bytes)?.[1] ?? '') : owner;
};

const decide = (question: Asked, dialect: Dialect, rules: Ruleset): Answer => {
  const { replid, held, stream } = question;
  let read = question.offset;
  let applied = question.offset;
  let inTransaction = false;
  const asksFrom = (counted: number): string[] => {
    const link = { replid, applied: processedOffset(counted), read: processedOffset(read) };
    const history = rules.historyOfLink({ ...link, database: 0, held });
    return [...rules.psyncCommand(history, false, dialect)];
  };
  const cuts: string[][] = [];
  const pieces = stream.map((piece) => {
    cuts.push(asksFrom(applied));
    const from = read + 1;
    const before = applied;
    read += piece.bytes.length;
    const name = nameOf(piece);
    const command = name === null ? null : commandInStream(name);
    if (rules.completesUnit({ command, inTransaction })) applied = read;
    inTransaction = command === 'MULTI' || (inTransaction && command !== 'EXEC');
    const wanted = piece.owner === 'GETACK' && !inTransaction;
    const acknowledges = wanted ? ['REPLCONF', 'ACK', String(before)] : null;
    return { from, to: read, applied, acknowledges };
  });
  return { pieces, cuts, end: asksFrom(applied) };
};

const rulesOf = ({ stream, held }: Asked): readonly RuleId[] => {
  const has = (owner: Piece['owner']) => stream.some((piece) => piece.owner === owner);
  return [
    'APPLY-1',
    ...(has('MULTI') ? (['APPLY-2'] as const) : []),
    ...(has('newline') ? (['APPLY-3'] as const) : []),
    ...(has('GETACK') ? (['ACK-7'] as const) : []),
    'APPLY-6',
    held ? 'ASK-2' : 'ASK-1',
    'LINK-3',
  ];
};

const piece = (owner: Piece['owner'], ...command: string[]): Piece => ({
  owner,
  bytes: command.length === 0 ? '\n' : encodeCommand(command).toString('latin1'),
});

const PING = piece('PING', 'PING');
const SELECT = piece('SELECT', 'SELECT', '10');
const GETACK = piece('GETACK', 'REPLCONF', 'GETACK', '*');
const NEWLINE = piece('newline');
const SET = piece('command', 'SET', 'key', 'value');
const BINARY = piece('command', 'SET', '\u00fcmlaut\u00ff', '\0\r\n\u00e9');
const UNKNOWN = piece('command', 'NOSUCHCOMMAND', 'x');
const LARGE = piece('command', 'SET', 'long', 'x'.repeat(1000));
const MULTI = piece('MULTI', 'MULTI');
const EXEC = piece('EXEC', 'EXEC');

/** What stands in a stream as one: a transaction is never interrupted. */
const UNITS: readonly (readonly Piece[])[] = [
  ...[[PING], [SELECT], [GETACK], [NEWLINE], [SET], [BINARY], [UNKNOWN], [LARGE]],
  [MULTI, SET, SET, EXEC],
  [MULTI, NEWLINE, BINARY, EXEC],
  [MULTI, SET],
];

const OFFSETS = [0, 163, 2 ** 32 - 7, 2 ** 53 - 10000];

const question = (stream: readonly Piece[], begun: number, held: boolean): Question<Asked> => ({
  asked: { replid: ID.own, offset: begun, held, stream: [...stream] },
  flags: [
    ...(stream.includes(BINARY) ? (['binary'] as const) : []),
    ...(begun >= 2 ** 31 ? (['large'] as const) : []),
    ...(stream.includes(UNKNOWN) ? (['malformed'] as const) : []),
  ],
  dialects: DIALECTS.filter((dialect) => dialect !== 'psync1'),
});

const isOpen = (unit: readonly Piece[]): boolean => unit.includes(MULTI) && !unit.includes(EXEC);

/** Every unit, every two, and every three of the short ones; an open transaction only at the end. */
const questions = (): readonly Question<Asked>[] => {
  const whole = UNITS.filter((unit) => !isOpen(unit));
  const pairs = whole.flatMap((one) => UNITS.map((other) => [...one, ...other]));
  const short = whole.filter((unit) => !unit.includes(LARGE) && !unit.includes(UNKNOWN));
  const triples = short.flatMap((one) =>
    short.flatMap((two) => short.map((three) => [...one, ...two, ...three])),
  );
  return [
    ...[...UNITS, ...pairs].flatMap((stream) => OFFSETS.map((at) => question(stream, at, false))),
    ...triples.map((stream) => question(stream, 163, false)),
    ...UNITS.map((stream) => question(stream, 163, true)),
  ];
};

export const ledgerReplica = family({
  name: 'ledger-replica',
  title: 'Offset ledgers, the replica’s side',
  about:
    'A replica at this offset gets these bytes, each piece with its owner. Which positions has each piece, what counts after it, what is said to a GETACK, and what does the replica ask for when the link breaks? A cut inside of a piece asks for the same as one right before it.',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
