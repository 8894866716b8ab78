import { z } from 'zod';
import { type FullResyncReason, REFUSED_BY } from '../../../models/rules/partial-resync.ts';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  CAPABILITIES,
  DIALECTS,
  type Dialect,
  nextByte,
  offsetBefore,
  type ReplicationIds,
  windowEnd,
} from '../../../models/vocabulary/index.ts';
import { bytes, family, ID, idsSchema, offset, type Question, windowSchema } from '../family.ts';
import type { Flag } from '../vector.ts';

const asked = z.strictObject({
  /** Null for SYNC, which names nothing. */
  request: z.strictObject({ replid: bytes(), nextByte: offset() }).nullable(),
  ids: idsSchema,
  window: windowSchema.nullable().describe('null where there is no backlog'),
  capabilities: z.array(z.enum(CAPABILITIES)),
  fresh: z.string().describe('the replid that the master draws if it has to'),
});

const REASONS = Object.keys(REFUSED_BY) as FullResyncReason[]; // Typed by its `satisfies`.

const answer = z.strictObject({
  resync: z.enum(['full', 'partial']),
  because: z.enum(['sync', ...REASONS]).nullable(),
  under: z.enum(['replid', 'replid2']).nullable(),
  from: offset().nullable().describe('the first byte that is sent'),
  line: z.string().nullable().describe('what is said before the stream or the snapshot'),
  ids: idsSchema.describe('the master’s identity after this'),
  counters: z.strictObject({
    syncFull: z.int(),
    syncPartialOk: z.int(),
    syncPartialErr: z.int(),
  }),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;

const idsOf = ({ ids }: Asked): ReplicationIds => ({
  ...ids,
  secondReplOffset: ids.secondReplOffset === null ? null : nextByte(ids.secondReplOffset),
});

const windowOf = ({ window }: Asked): BacklogWindow | null =>
  window && { firstByte: nextByte(window.firstByte), histlen: window.histlen };

const decide = (question: Asked, _: Dialect, rules: Ruleset): Answer => {
  const { request, capabilities, fresh } = question;
  const before = idsOf(question);
  const window = windowOf(question);
  const verdict =
    request === null
      ? ({ resync: 'full', because: 'sync' } as const)
      : rules.judgePsync(
          { replid: request.replid, nextByte: nextByte(request.nextByte) },
          before,
          window,
        );
  const { syncFull, syncPartialOk, syncPartialErr } = rules.countResync(
    request?.replid ?? null,
    verdict.resync === 'full' ? { resync: 'full', because: 'requested' } : verdict,
  );
  const counters = { syncFull, syncPartialOk, syncPartialErr };
  if (verdict.resync === 'partial') {
    const line = rules.continueLine(before, capabilities);
    const { under, from } = verdict;
    return { resync: 'partial', because: null, under, from, line, ids: before, counters };
  }
  const ids = rules.idsForFullResync(before, window, fresh);
  const master = window === null ? nextByte(1) : windowEnd(window);
  const base = rules.setUpFullResync(offsetBefore(master), 0).offset;
  const line = rules.fullResyncLine(ids.replid, base, request === null);
  const { because } = verdict;
  return { resync: 'full', because, under: null, from: base + 1, line, ids, counters };
};

const rulesOf = ({ window, request }: Asked, given: Answer): readonly RuleId[] => {
  if (given.resync === 'partial') {
    const upper = request !== null && /[A-F]/.test(request.replid);
    return [
      given.under === 'replid' ? 'PSYNC-5' : 'PSYNC-6',
      ...(upper ? (['PSYNC-7'] as const) : []),
      given.line === '+CONTINUE' ? 'CONT-2' : 'CONT-1',
      'STREAM-4',
      'REPLID-4',
      'STATS-1',
    ];
  }
  const identity = window === null ? 'REPLID-2' : 'REPLID-4';
  if (given.because === null || given.because === 'sync') return ['FULL-2', identity, 'STATS-4'];
  const counted = given.because === 'requested' ? 'STATS-3' : 'STATS-2';
  return [REFUSED_BY[given.because], 'FULL-1', identity, counted];
};

/** The largest offset that there is here; the window's end and one more still count exactly. */
const LARGEST = Number.MAX_SAFE_INTEGER - 2;

const WINDOWS: readonly (Asked['window'] & object)[] = [
  { firstByte: 1, histlen: 0 },
  { firstByte: 1, histlen: 100 },
  { firstByte: 51, histlen: 50 },
  { firstByte: 101, histlen: 0 },
  { firstByte: 20001, histlen: 16384 },
  { firstByte: 2 ** 32 - 10, histlen: 20 },
  { firstByte: LARGEST - 1000, histlen: 1000 },
];

const around = (place: number): number[] => [place - 2, place - 1, place, place + 1, place + 2];

/** Where the bound of the previous history can lie, seen from a window. */
const boundsIn = ({ firstByte, histlen }: Asked['window'] & object): (number | null)[] => [
  null,
  ...[firstByte - 1, firstByte, firstByte + Math.floor(histlen / 2), firstByte + histlen].filter(
    (bound) => bound > 0,
  ),
];

const unique = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

const idsWith = (bound: number | null): Asked['ids'] => ({
  replid: ID.own,
  replid2: bound === null ? null : ID.previous,
  secondReplOffset: bound,
});

const flagsOf = (asked: Asked): readonly Flag[] => {
  const { request, ids, window } = asked;
  const at = request?.nextByte ?? 0;
  const end = window === null ? 0 : window.firstByte + window.histlen;
  const edges = window === null ? [] : [window.firstByte, end, ids.secondReplOffset ?? end];
  return [
    ...(edges.some((edge) => Math.abs(at - edge) <= 1) ? (['edge'] as const) : []),
    ...(request !== null && /[A-F]/.test(request.replid) ? (['case'] as const) : []),
    ...(ids.replid2 === null ? [] : (['replid2'] as const)),
    ...(Math.max(at, end) >= 2 ** 32 ? (['large'] as const) : []),
    ...(request !== null && request.replid !== '?' && request.replid.length !== ID.own.length
      ? (['malformed'] as const)
      : []),
  ];
};

const SINCE_PSYNC2 = DIALECTS.filter((dialect) => dialect !== 'psync1');

const question = (asked: Asked): Question<Asked> => {
  const needsPsync2 = asked.ids.replid2 !== null || asked.capabilities.includes('psync2');
  return { asked, flags: flagsOf(asked), dialects: needsPsync2 ? SINCE_PSYNC2 : DIALECTS };
};

const withRequest = (
  replid: string,
  at: number,
  bound: number | null,
  window: Asked['window'],
  capabilities: Asked['capabilities'],
): Question<Asked> =>
  question({
    request: { replid, nextByte: at },
    ids: idsWith(bound),
    window,
    capabilities,
    fresh: ID.drawn,
  });

/** Both histories at every edge, under each bound: the heart of it. */
const questionsIn = (window: Asked['window'] & object): readonly Question<Asked>[] =>
  boundsIn(window).flatMap((bound) => {
    const { firstByte, histlen } = window;
    const end = firstByte + histlen;
    const places = unique([
      ...[-1, 0, 1, firstByte + Math.floor(histlen / 2), end + 1000],
      ...[firstByte, end, bound ?? end].flatMap(around),
    ]).filter((place) => place >= -1 && place <= Number.MAX_SAFE_INTEGER);
    const named = [ID.own, ...(bound === null ? [] : [ID.previous])];
    return named.flatMap((replid) => [
      ...places.map((at) => withRequest(replid, at, bound, window, ['eof', 'psync2'])),
      ...[firstByte, end, end + 1].flatMap((at) => [
        withRequest(replid, at, bound, window, []),
        withRequest(replid.toUpperCase(), at, bound, window, ['eof', 'psync2']),
      ]),
    ]);
  });

/** What is no ID of the master's, each at a byte that the backlog holds. */
const STRANGERS = [
  ...['?', '?abc', `?${ID.own.slice(1)}`, '', '0'.repeat(40), ID.foreign],
  ...[ID.own.slice(0, 39), `${ID.own}0`, `${ID.own.slice(0, 39)}0`, ` ${ID.own.slice(1)}`],
];

const questions = (): readonly Question<Asked>[] => [
  ...WINDOWS.flatMap(questionsIn),
  ...WINDOWS.flatMap((window) =>
    [null, window.firstByte].flatMap((bound) =>
      STRANGERS.flatMap((replid) =>
        [-1, window.firstByte, window.firstByte + window.histlen].map((at) =>
          withRequest(replid, at, bound, window, ['eof', 'psync2']),
        ),
      ),
    ),
  ),
  ...[null, 1, 101].flatMap((bound) =>
    [...STRANGERS, ID.own, ID.previous].flatMap((replid) =>
      [-1, 0, 1, 2, 100, 101].map((at) => withRequest(replid, at, bound, null, ['eof', 'psync2'])),
    ),
  ),
  ...[...WINDOWS, null].map((window) =>
    question({ request: null, ids: idsWith(null), window, capabilities: [], fresh: ID.drawn }),
  ),
];

export const acceptance = family({
  name: 'acceptance',
  title: 'Acceptance decisions',
  about:
    'A master with these IDs and this backlog gets this PSYNC (or SYNC, where the request is null). Without a backlog its offset is 0. Is the replica continued, from which byte, what is said to it, what is the master called then, and what do the counters of INFO gain?',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
