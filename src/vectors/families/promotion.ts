import { z } from 'zod';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  DIALECTS,
  type Dialect,
  nextAfter,
  nextByte,
  type ProcessedOffset,
  processedOffset,
  type ReplicationIds,
  type Role,
} from '../../../models/vocabulary/index.ts';
import { family, ID, idsSchema, offset, type Question, words } from '../family.ts';

const step = z.union([
  z.strictObject({
    write: z.int().describe('so many bytes are produced, or applied by a replica'),
  }),
  z.strictObject({ promote: z.string().describe('REPLICAOF NO ONE; the replid to draw') }),
  z.strictObject({ demote: z.literal(true).describe('REPLICAOF another master') }),
  z.strictObject({ continued: z.string().nullable().describe('what +CONTINUE names') }),
  z.strictObject({
    loaded: z.string(),
    at: offset().describe('after +FULLRESYNC and the snapshot'),
  }),
  z.strictObject({ expire: z.string().describe('the backlog is freed; the replid to draw') }),
  z.strictObject({ restart: z.string().describe('from a snapshot of now; the replid to draw') }),
]);

const asked = z.strictObject({
  role: z.enum(['master', 'slave']),
  replid: z.string(),
  offset: offset(),
  steps: z.array(step),
});

const answer = z.strictObject({
  steps: z.array(
    z.strictObject({
      role: z.enum(['master', 'slave']),
      ids: idsSchema,
      offset: offset(),
      hasBacklog: z.boolean(),
      database: z.int().describe('that the stream has selected; -1 where it has to be said again'),
      dropsReplicas: z.boolean(),
      asks: words().nullable().describe('the PSYNC of a demoted or restarted replica'),
    }),
  ),
  serves: z
    .array(z.strictObject({ replid: z.string(), nextByte: offset(), resync: z.string() }))
    .describe('how PSYNC is answered at the end, around every bound'),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;
type Step = z.infer<typeof step>;

interface Standing {
  readonly role: Role;
  readonly ids: ReplicationIds;
  readonly offset: ProcessedOffset;
  readonly window: BacklogWindow | null;
  readonly database: number;
  readonly asks: readonly string[] | null;
}

/** Larger than what any chain writes: nothing is trimmed. */
const CAPACITY = 2 ** 20;

const promoted = (before: Standing, fresh: string, rules: Ruleset): Standing => {
  if (!rules.isPromoted(before.role)) return before;
  const { ids, offset, database, keepsBacklog } = rules.promotion(before, fresh);
  const window = keepsBacklog ? before.window : null;
  return { ...before, role: 'master', ids, offset, database, window };
};

const demoted = (before: Standing, dialect: Dialect, rules: Ruleset): Standing => {
  const own = rules.cachedMasterOfOneself(before.ids.replid, before.offset);
  const history = rules.historyForNewMaster(own, dialect);
  const asks = rules.psyncCommand(history, false, dialect);
  const window = rules.keepsBacklogAcrossRoles(dialect) ? before.window : null;
  return { ...before, role: 'slave', window, asks };
};

const restarted = (before: Standing, fresh: string, dialect: Dialect, rules: Ruleset): Standing => {
  const database = Math.max(0, before.database);
  const saved = rules.historyToSave({
    ...before,
    backlog: before.window,
    databaseOfMaster: before.role === 'slave' ? database : null,
    cached: null,
  });
  const { role } = before;
  const begun = rules.beginning(saved, { role, dialect }, rules.freshIds(fresh));
  return {
    role,
    ids: begun.ids,
    offset: begun.offset,
    window: begun.hasBacklog ? rules.newWindow(begun.offset) : null,
    database: -1,
    asks: role === 'slave' ? rules.psyncCommand(begun.cached, false, dialect) : null,
  };
};

const written = (before: Standing, size: number, rules: Ruleset): Standing => ({
  ...before,
  offset: rules.offsetAfterFeed(before.offset, size, before.window),
  window: before.window && rules.windowAfterFeed(before.window, size, CAPACITY),
  database: before.window === null ? before.database : 0,
});

const moved = (before: Standing, each: Step, dialect: Dialect, rules: Ruleset): Standing => {
  if ('write' in each) return written(before, each.write, rules);
  if ('promote' in each) return promoted(before, each.promote, rules);
  if ('demote' in each) return demoted(before, dialect, rules);
  if ('continued' in each) {
    const ids = rules.idsAfterContinue(before.ids, before.offset, each.continued);
    // A replica that goes on makes a backlog if it has none, for its own promotion.
    return { ...before, ids, window: before.window ?? rules.newWindow(before.offset) };
  }
  if ('loaded' in each) {
    const at = processedOffset(each.at);
    const ids = rules.idsAfterFullResync(before.ids, each.loaded);
    return { ...before, ids, offset: at, window: rules.newWindow(at), database: -1 };
  }
  if ('expire' in each) {
    const ids = rules.idsAfterBacklogExpiry(before.ids, each.expire);
    return { ...before, ids, window: null };
  }
  return restarted(before, each.restart, dialect, rules);
};

const servedBy = ({ ids, window, offset }: Standing, rules: Ruleset): Answer['serves'] => {
  const bounds = [nextAfter(offset), ids.secondReplOffset ?? nextAfter(offset)];
  const places = [...new Set(bounds.flatMap((bound) => [bound - 1, bound, bound + 1]))];
  return [ids.replid, ids.replid2].flatMap((replid) =>
    replid === null
      ? []
      : places.map((place) => {
          const request = { replid, nextByte: nextByte(place) };
          const { resync } = rules.judgePsync(request, ids, window);
          return { replid, nextByte: place, resync };
        }),
  );
};

const decide = (question: Asked, dialect: Dialect, rules: Ruleset): Answer => {
  const begun = processedOffset(question.offset);
  let standing: Standing = {
    role: question.role,
    ids: { replid: question.replid, replid2: null, secondReplOffset: null },
    offset: begun,
    window: rules.newWindow(begun),
    database: 0,
    asks: null,
  };
  const steps = question.steps.map((each) => {
    const before = standing;
    standing = moved({ ...before, asks: null }, each, dialect, rules);
    const { role, ids, offset, window, database, asks } = standing;
    const renames = 'promote' in each || 'continued' in each;
    return {
      role,
      ids,
      offset,
      hasBacklog: window !== null,
      database,
      dropsReplicas: renames && rules.dropsReplicas(before.ids, ids),
      asks: asks && [...asks],
    };
  });
  return { steps, serves: servedBy(standing, rules) };
};

const BY_STEP: Readonly<Record<string, readonly RuleId[]>> = {
  write: ['STREAM-1', 'BACKLOG-2'],
  promote: ['PROMO-1', 'PROMO-2', 'PROMO-3', 'PROMO-4', 'PROMO-5', 'PROMO-6', 'STREAM-7'],
  demote: ['ADOPT-4', 'LINK-6', 'BACKLOG-7'],
  continued: ['ADOPT-1', 'ADOPT-2', 'ADOPT-3'],
  loaded: ['REPLID-5', 'BACKLOG-1'],
  expire: ['REPLID-3', 'PSYNC-9'],
  restart: ['RESTART-1', 'RESTART-2', 'RESTART-3', 'RESTART-5'],
};

const rulesOf = ({ steps }: Asked): readonly RuleId[] => [
  ...new Set(steps.flatMap((each) => Object.keys(each).flatMap((name) => BY_STEP[name] ?? []))),
  'PSYNC-2',
  'PSYNC-6',
];

/** An ID that nothing else has drawn: by the place of the step that draws it. */
const drawnAt = (place: number): string => `${place + 1}e92b`.repeat(8);

/** Names that a master may give: one character too many, and 40 that are no hexadecimal digits. */
const ODD_NAMES = [`${drawnAt(0)}a`, 'g'.repeat(40)] as const;

/** What decides which steps are possible. */
interface Situation {
  readonly role: Role;
  /** Whether its master's stream arrives; a master's own always does. */
  readonly linked: boolean;
  readonly hasBacklog: boolean;
}

const stepsIn = ({ role, linked, hasBacklog }: Situation, place: number): readonly Step[] => [
  ...(linked ? [{ write: 37 }] : []),
  { promote: drawnAt(place) },
  { restart: drawnAt(place) },
  ...(role === 'slave'
    ? [
        { continued: null },
        { continued: drawnAt(place) },
        { continued: drawnAt(place).slice(1) },
        ...(place === 0 ? ODD_NAMES.map((continued) => ({ continued })) : []),
        { loaded: ID.foreign, at: 500 },
      ]
    : [{ demote: true } as const, ...(hasBacklog ? [{ expire: drawnAt(place) }] : [])]),
];

const after = (situation: Situation, each: Step): Situation => {
  if ('promote' in each) return { ...situation, role: 'master', linked: true };
  if ('demote' in each) return { ...situation, role: 'slave', linked: false };
  if ('restart' in each) return { ...situation, linked: situation.role === 'master' };
  if ('expire' in each) return { ...situation, hasBacklog: false };
  if ('write' in each) return situation;
  return { ...situation, linked: true, hasBacklog: true };
};

/** How many steps a chain has at most. */
const LENGTH = 3;

/** Every chain up to that length. */
const chains = (situation: Situation, place = 0): readonly (readonly Step[])[] =>
  place === LENGTH
    ? [[]]
    : [
        [],
        ...stepsIn(situation, place).flatMap((each) =>
          chains(after(situation, each), place + 1).map((more) => [each, ...more]),
        ),
      ];

const questions = (): readonly Question<Asked>[] =>
  (['master', 'slave'] as const).flatMap((role) =>
    chains({ role, linked: true, hasBacklog: true })
      .filter((steps) => steps.length > 0)
      .map((steps) => ({
        asked: { role, replid: ID.own, offset: 163, steps: [...steps] },
        flags: steps.some((each) => 'promote' in each) ? (['replid2', 'edge'] as const) : [],
        dialects: DIALECTS.filter((dialect) => dialect !== 'psync1'),
      })),
  );

export const promotionChains = family({
  name: 'promotion',
  title: 'Promotion chains',
  about:
    'A node with this replid, an empty backlog and database 0 selected in its stream writes, is promoted, demoted, continued by its master under some name, loads a full resynchronization, loses its backlog or restarts. What is it called after each step, how far is it, which replicas does it drop, and whom does it serve at the end?',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
