import { z } from 'zod';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import {
  CAPABILITIES,
  DIALECTS,
  type Dialect,
  processedOffset,
} from '../../../models/vocabulary/index.ts';
import { bytes, family, ID, offset, type Question } from '../family.ts';

const wish = z.strictObject({
  capabilities: z.array(z.enum(CAPABILITIES)),
  exclusions: z.array(z.enum(['data', 'functions'])),
  rdbOnly: z.boolean(),
  version: z.string().nullable(),
});

const asked = z.strictObject({
  disklessSync: z.boolean(),
  length: z.int().describe('of the snapshot in bytes'),
  first: wish.describe('of the replica that the snapshot is made for'),
  joiner: wish.describe('of a replica that comes while it is written to disk'),
  offsetOfSnapshot: offset(),
  offsetOfMaster: offset().describe('when the second replica comes'),
});

const answer = z.strictObject({
  target: z.enum(['disk', 'socket']),
  header: bytes().describe('before the snapshot, without its line end; a mark is 51d7…'),
  trailer: bytes().describe('right behind it'),
  behind: z.enum(['stream', 'await-ack', 'close']).describe('what follows the snapshot'),
  joins: z.boolean(),
  joinerIsTold: offset(),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;

const decide = (question: Asked, dialect: Dialect, rules: Ruleset): Answer => {
  const { disklessSync, length, first, joiner } = question;
  const target = rules.snapshotTarget(disklessSync, [first], dialect);
  const { header, trailer } = rules.snapshotFrame(
    target === 'disk' ? { target, length } : { target, mark: ID.foreign },
  );
  return {
    target,
    header,
    trailer,
    behind: rules.afterSnapshot(target, first.rdbOnly, dialect),
    joins: rules.mayShareSnapshot(joiner, first, dialect),
    joinerIsTold: rules.joinedOffset({
      ofSnapshot: processedOffset(question.offsetOfSnapshot),
      ofMaster: processedOffset(question.offsetOfMaster),
    }),
  };
};

const rulesOf = ({ first }: Asked, { target }: Answer): readonly RuleId[] => [
  'FULL-3',
  ...(target === 'socket' ? (['FULL-4', 'FULL-7'] as const) : (['FULL-8', 'FULL-11'] as const)),
  'FULL-9',
  'FULL-10',
  ...(first.rdbOnly ? (['FULL-12'] as const) : []),
  ...(first.exclusions.length > 0 ? (['FULL-13'] as const) : []),
  'FULL-14',
];

const PLAIN: Asked['first'] = {
  capabilities: ['eof', 'psync2'],
  exclusions: [],
  rdbOnly: false,
  version: null,
};

const WISHES: readonly Asked['first'][] = [
  PLAIN,
  { ...PLAIN, capabilities: [] },
  { ...PLAIN, capabilities: ['eof'] },
  { ...PLAIN, exclusions: ['data'] },
  { ...PLAIN, exclusions: ['data', 'functions'] },
  { ...PLAIN, rdbOnly: true },
  { ...PLAIN, version: '8.1.1' },
  { ...PLAIN, version: '9.0.0' },
];

/** Each with where it exists: older masters don't know these wishes. */
const dialectsOf = (wishes: readonly Asked['first'][]): readonly Dialect[] => {
  if (wishes.some(({ version }) => version !== null)) return ['valkey-8', 'valkey-9'];
  if (wishes.some(({ exclusions }) => exclusions.length > 0)) return DIALECTS.slice(FILTERS);
  return wishes.some(({ rdbOnly }) => rdbOnly) ? DIALECTS.slice(RDB_ONLY) : DIALECTS;
};

const FILTERS = DIALECTS.indexOf('redis-7');
const RDB_ONLY = DIALECTS.indexOf('redis-6.2');

const questions = (): readonly Question<Asked>[] =>
  [true, false].flatMap((disklessSync) =>
    WISHES.flatMap((first) =>
      WISHES.map((joiner) => ({
        asked: {
          disklessSync,
          length: 175,
          first,
          joiner,
          offsetOfSnapshot: 163,
          offsetOfMaster: 200,
        },
        flags: [],
        dialects: dialectsOf([first, joiner]),
      })),
    ),
  );

export const snapshots = family({
  name: 'snapshots',
  title: 'Which snapshot a replica gets',
  about:
    'A master makes a snapshot for a first replica with these wishes, and a second one comes while that goes to disk. What stands around the snapshot, what follows, may the second share it, and which offset is it told if it does?',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
