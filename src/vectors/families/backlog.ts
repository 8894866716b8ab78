import { z } from 'zod';
import type { RuleId } from '../../../models/rules/registry.ts';
import { type Ruleset, STANDARD } from '../../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  DIALECTS,
  type Dialect,
  nextByte,
  processedOffset,
  windowEnd,
} from '../../../models/vocabulary/index.ts';
import { family, ID, offset, type Question, windowSchema } from '../family.ts';
import type { Flag } from '../vector.ts';

const step = z.union([
  z.strictObject({ feed: z.int().min(0).describe('so many bytes are produced') }),
  z.strictObject({ resize: z.int().min(0).describe('repl-backlog-size is set, in bytes') }),
  z.strictObject({ read: offset().describe('a replica asks for this byte on') }),
  z.strictObject({
    idle: z.strictObject({
      role: z.enum(['master', 'slave']),
      replicas: z.int(),
      seconds: z.int(),
      ttlSeconds: z.int(),
    }),
  }),
]);

const asked = z.strictObject({
  offset: offset().describe('of the node when it makes its backlog'),
  size: z.int().describe('repl-backlog-size in bytes'),
  steps: z.array(step),
});

const answer = z.strictObject({
  begins: windowSchema,
  capacity: z.int().describe('in bytes, at the beginning'),
  steps: z.array(
    z.strictObject({
      window: windowSchema.nullable().describe('null once the backlog is freed'),
      sends: z.int().nullable().describe('bytes that a read gets; null where it gets none'),
    }),
  ),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;
type Step = z.infer<typeof step>;

interface Standing {
  readonly window: BacklogWindow | null;
  readonly capacity: number;
}

const IDS = { replid: ID.own, replid2: null, secondReplOffset: null };

const moved = (standing: Standing, each: Step, dialect: Dialect, rules: Ruleset): Standing => {
  const { window, capacity } = standing;
  if (window === null) return standing;
  if ('feed' in each) {
    return { window: rules.windowAfterFeed(window, each.feed, capacity), capacity };
  }
  if ('resize' in each) {
    const to = rules.backlogCapacity(each.resize);
    const resized = rules.windowAfterResize(window, { from: capacity, to }, dialect);
    return { window: resized, capacity: to };
  }
  if ('idle' in each) {
    const { seconds, ...idle } = each.idle;
    const isExpired = rules.backlogExpired({ ...idle, idleSeconds: seconds });
    return { window: isExpired ? null : window, capacity };
  }
  return standing;
};

const sentFor = (each: Step, window: BacklogWindow | null, rules: Ruleset): number | null => {
  if (!('read' in each)) return null;
  const request = { replid: ID.own, nextByte: nextByte(each.read) };
  const verdict = rules.judgePsync(request, IDS, window);
  return verdict.resync === 'partial' && window !== null ? windowEnd(window) - verdict.from : null;
};

const decide = ({ offset, size, steps }: Asked, dialect: Dialect, rules: Ruleset): Answer => {
  const capacity = rules.backlogCapacity(size);
  const begins = rules.newWindow(processedOffset(offset));
  let standing: Standing = { window: begins, capacity };
  const answers = steps.map((each) => {
    standing = moved(standing, each, dialect, rules);
    return { window: standing.window, sends: sentFor(each, standing.window, rules) };
  });
  return { begins, capacity, steps: answers };
};

const rulesOf = ({ steps, size }: Asked): readonly RuleId[] => {
  const has = (name: string) => steps.some((each) => name in each);
  const small = size < 16384 || steps.some((each) => 'resize' in each && each.resize < 16384);
  return [
    'BACKLOG-1',
    ...(has('feed') ? (['BACKLOG-2', 'BACKLOG-3'] as const) : []),
    ...(has('resize') ? (['BACKLOG-4'] as const) : []),
    ...(small ? (['BACKLOG-5'] as const) : []),
    ...(has('idle') ? (['BACKLOG-6'] as const) : []),
    ...(has('read') ? (['PSYNC-3', 'PSYNC-4', 'PSYNC-5'] as const) : []),
  ];
};

/** Reads at every edge that the window can have after these steps. */
const readsAfter = (question: Asked): readonly Step[] => {
  const places = DIALECTS.flatMap((dialect) => {
    const window = decide(question, dialect, STANDARD).steps.at(-1)?.window ?? null;
    if (window === null) return [];
    return [window.firstByte, window.firstByte + window.histlen].flatMap((edge) => [
      edge - 1,
      edge,
      edge + 1,
    ]);
  });
  return [...new Set(places)].sort((one, other) => one - other).map((read) => ({ read }));
};

const SIZES = [1, 16384, 20000];
const OFFSETS = [163, 2 ** 32 - 5];
const FEEDS = [0, 1, 37, 16383, 16384, 16385, 40000];
const RESIZES = [1, 16384, 16385, 18000, 65536];

const question = (offset: number, size: number, steps: readonly Step[]): Question<Asked> => {
  const whole = { offset, size, steps: [...steps] };
  const flags: readonly Flag[] = offset >= 2 ** 31 ? ['edge', 'large'] : ['edge'];
  const reads = steps.length === 0 || steps.some((each) => 'idle' in each) ? [] : readsAfter(whole);
  return { asked: { ...whole, steps: [...steps, ...reads] }, flags, dialects: DIALECTS };
};

const idles = (): readonly Step[] =>
  (['master', 'slave'] as const).flatMap((role) =>
    [0, 1].flatMap((replicas) =>
      [0, 60].flatMap((ttlSeconds) =>
        [0, 59, 60, 61].map((seconds) => ({ idle: { role, replicas, seconds, ttlSeconds } })),
      ),
    ),
  );

const questions = (): readonly Question<Asked>[] => [
  ...OFFSETS.flatMap((offset) =>
    SIZES.flatMap((size) => [
      question(offset, size, []),
      ...FEEDS.flatMap((first) => [
        question(offset, size, [{ feed: first }]),
        ...[1, 16384].map((second) => question(offset, size, [{ feed: first }, { feed: second }])),
        ...RESIZES.flatMap((resize) => [
          question(offset, size, [{ feed: first }, { resize }]),
          question(offset, size, [{ feed: first }, { resize }, { feed: 1000 }]),
        ]),
      ]),
    ]),
  ),
  ...idles().flatMap((idle) => [
    question(163, 16384, [{ feed: 100 }, idle]),
    question(163, 16384, [idle, { feed: 100 }]),
  ]),
];

export const backlog = family({
  name: 'backlog',
  title: 'Backlog windows',
  about:
    'A node at this offset makes a backlog of this size. Bytes are produced, the size is set anew, replicas that name its replid ask for a byte on, or the cron looks whether nobody needs the backlog any more. Which bytes does it hold after each step? A step after the backlog is freed changes nothing.',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
