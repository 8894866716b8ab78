import { z } from 'zod';
import { GETACK } from '../../../models/rules/acknowledgement.ts';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import type { StreamedCommand } from '../../../models/rules/stream.ts';
import {
  type BacklogWindow,
  DIALECTS,
  type Dialect,
  NO_DATABASE,
  type ProcessedOffset,
  processedOffset,
} from '../../../models/vocabulary/index.ts';
import { encodeCommand } from '../../wire/resp.ts';
import { bytes, family, ID, offset, type Question, windowSchema, words } from '../family.ts';

const event = z.union([
  z.strictObject({ effects: z.array(words()), database: z.int() }),
  z.strictObject({
    happens: z.enum(['ping', 'getack', 'full-resync', 'continue', 'promotion']),
  }),
]);

const asked = z.strictObject({
  offset: offset(),
  database: z.int().describe('that the stream has selected; -1 where none is'),
  hasBacklog: z.boolean(),
  events: z.array(event),
});

const answer = z.strictObject({
  events: z.array(
    z.strictObject({
      stream: bytes().describe('what is added to it'),
      offset: offset(),
      window: windowSchema.nullable(),
      database: z.int(),
    }),
  ),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;
type Event = z.infer<typeof event>;

interface Standing {
  readonly offset: ProcessedOffset;
  readonly window: BacklogWindow | null;
  readonly database: number;
}

/** Larger than any ledger: nothing is trimmed. */
const CAPACITY = 2 ** 20;

const IDS = { replid: ID.own, replid2: null, secondReplOffset: null };

/** The commands that an event adds to the stream, without the SELECTs they need. */
const unitOf = (each: Event, dialect: Dialect, rules: Ruleset): readonly StreamedCommand[] => {
  if ('effects' in each) {
    return rules.streamUnit(
      each.effects.map((effect) => ({ words: effect, database: each.database })),
    );
  }
  if (each.happens === 'ping') return [{ words: rules.pingCommand(dialect), database: null }];
  // A GETACK belongs to no database either.
  return each.happens === 'getack' && rules.getackDue(1, false)
    ? [{ words: GETACK, database: null }]
    : [];
};

const databaseBefore = (each: Event, { offset, database }: Standing, rules: Ruleset): number => {
  if ('effects' in each || each.happens === 'getack') return database;
  if (each.happens === 'full-resync') return rules.setUpFullResync(offset, database).database;
  if (each.happens === 'promotion')
    return rules.promotion({ ids: IDS, offset, database }, ID.drawn).database;
  return rules.databaseAfter(each.happens, database);
};

const decide = (question: Asked, dialect: Dialect, rules: Ruleset): Answer => {
  const begun = processedOffset(question.offset);
  const window = question.hasBacklog ? rules.newWindow(begun) : null;
  let standing: Standing = { offset: begun, window, database: question.database };
  const events = question.events.map((each) => {
    let database = databaseBefore(each, standing, rules);
    const written = unitOf(each, dialect, rules).flatMap((command) => {
      if (command.database === null || !rules.needsSelect(database, command.database)) {
        return [command.words];
      }
      database = command.database;
      return [['SELECT', String(database)], command.words];
    });
    const stream = written.map((command) => encodeCommand(command).toString('latin1')).join('');
    const { offset, window: before } = standing;
    standing = {
      offset: rules.offsetAfterFeed(offset, stream.length, before),
      window: before && rules.windowAfterFeed(before, stream.length, CAPACITY),
      database,
    };
    return { stream: before === null ? '' : stream, ...standing };
  });
  return { events };
};

const rulesOf = ({ events, hasBacklog }: Asked): readonly RuleId[] => {
  const has = (word: string) => events.some((each) => 'happens' in each && each.happens === word);
  const several = events.some((each) => 'effects' in each && each.effects.length > 1);
  return [
    ...(hasBacklog ? (['STREAM-1', 'STREAM-2', 'STREAM-3'] as const) : (['STREAM-9'] as const)),
    ...(has('continue') ? (['STREAM-5'] as const) : []),
    ...(several ? (['STREAM-6'] as const) : []),
    ...(has('promotion') ? (['STREAM-7'] as const) : []),
    ...(has('ping') ? (['STREAM-8'] as const) : []),
    ...(has('getack') ? (['ACK-2'] as const) : []),
    ...(has('full-resync') ? (['FULL-6'] as const) : []),
  ];
};

const SET = ['SET', 'key', 'value'];
const BINARY = ['SET', '\u00fc\u00ff', '\0\r\n'];

const EVENTS: readonly Event[] = [
  { effects: [SET], database: 0 },
  { effects: [SET], database: 10 },
  { effects: [BINARY], database: 0 },
  { effects: [SET, BINARY], database: 0 },
  ...(['ping', 'getack', 'full-resync', 'continue', 'promotion'] as const).map((happens) => ({
    happens,
  })),
];

const question = (
  events: readonly Event[],
  database: number,
  hasBacklog: boolean,
  begun = 163,
): Question<Asked> => ({
  asked: { offset: begun, database, hasBacklog, events: [...events] },
  flags: [
    ...(events.some((each) => 'effects' in each && each.effects.includes(BINARY))
      ? (['binary'] as const)
      : []),
    ...(begun >= 2 ** 31 ? (['large'] as const) : []),
  ],
  dialects: DIALECTS.filter((dialect) => dialect !== 'psync1'),
});

/** Every event, every two and every three of them, from a stream that has selected a database and one that has not. */
const questions = (): readonly Question<Asked>[] => {
  const pairs = EVENTS.flatMap((one) => EVENTS.map((other) => [one, other]));
  const triples = EVENTS.flatMap((one) => pairs.map((two) => [one, ...two]));
  return [
    ...[...EVENTS.map((each) => [each]), ...pairs, ...triples].flatMap((events) =>
      events.length < 3
        ? [question(events, NO_DATABASE, true), question(events, 0, true)]
        : [question(events, 0, true)],
    ),
    ...EVENTS.map((each) => question([each], 0, true, 2 ** 32 - 5)),
    ...EVENTS.map((each) => question([each], NO_DATABASE, false)),
  ];
};

export const ledgerMaster = family({
  name: 'ledger-master',
  title: 'Offset ledgers, the master’s side',
  about:
    'A master at this offset executes commands (each with the effects that it propagates, in a database), or something else happens. Which bytes does it add to the stream, and what are its offset, its backlog and the selected database then? Without a backlog nothing is added.',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
