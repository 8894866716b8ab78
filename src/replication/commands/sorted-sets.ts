import type { RespValue } from '../../../models/vocabulary/index.ts';
import type { Client } from '../client.ts';
import type { ReplicationNode } from '../node.ts';
import { array, bulk, error, integer, SYNTAX_ERROR } from '../replies.ts';
import { parseScore, scoreText, scoreTextOf } from '../score.ts';
import {
  integerOf,
  keepUnlessEmpty,
  Refusal,
  rangeOf,
  reader,
  typedValue,
  writer,
} from './collection.ts';
import type { Command } from './command.ts';

const NO_SCORES: ReadonlyMap<string, number> = new Map();

const NO_FLOAT = error('value is not a valid float');

const scoresOf = (node: ReplicationNode, client: Client, key: string) =>
  typedValue(node, client, key, 'zset')?.scores ?? NO_SCORES;

/** The scores of a key to be changed, none where there is no key. */
const ownScores = (node: ReplicationNode, client: Client, key: string): Map<string, number> =>
  node.data.keyspace.own(scoresOf(node, client, key), (scores) => new Map(scores));

const keep = (
  node: ReplicationNode,
  client: Client,
  key: string,
  scores: ReadonlyMap<string, number>,
) => keepUnlessEmpty(node, client, key, scores.size, { type: 'zset', scores });

/** Members by score, and those of one score by their bytes. */
const ranked = (scores: ReadonlyMap<string, number>): (readonly [string, number])[] =>
  [...scores].sort(
    ([oneMember, one], [otherMember, other]) =>
      one - other || (oneMember < otherMember ? -1 : oneMember > otherMember ? 1 : 0),
  );

const OPTIONS = new Set(['nx', 'xx', 'gt', 'lt', 'ch', 'incr']);

interface Addition {
  readonly options: ReadonlySet<string>;
  readonly pairs: readonly (readonly [score: number, member: string])[];
}

const additionOf = (words: readonly string[]): Addition => {
  const first = words.findIndex((word) => !OPTIONS.has(word.toLowerCase()));
  const options = new Set(words.slice(0, Math.max(0, first)).map((word) => word.toLowerCase()));
  const rest = words.slice(Math.max(0, first));
  const clash =
    (options.has('nx') && ['xx', 'gt', 'lt'].some((other) => options.has(other))) ||
    (options.has('gt') && options.has('lt'));
  if (rest.length === 0 || rest.length % 2 !== 0 || clash) throw new Refusal(SYNTAX_ERROR);
  if (options.has('incr') && rest.length > 2) throw new Refusal(SYNTAX_ERROR);
  const pairs: (readonly [number, string])[] = [];
  for (let index = 0; index < rest.length; index += 2) {
    const score = parseScore(rest[index] ?? '');
    if (score === null) throw new Refusal(NO_FLOAT);
    pairs.push([score, rest[index + 1] ?? '']);
  }
  return { options, pairs };
};

/** The score after an addition; null where the options forbid it. */
const scoreAfter = (
  before: number | undefined,
  score: number,
  options: ReadonlySet<string>,
): number | null => {
  if (before === undefined) return options.has('xx') ? null : score;
  if (options.has('nx')) return null;
  const after = options.has('incr') ? before + score : score;
  if (Number.isNaN(after)) throw new Refusal(error('resulting score is not a number (NaN)'));
  const forbidden =
    (options.has('gt') && after <= before) || (options.has('lt') && after >= before);
  return forbidden ? null : after;
};

/** Adds, and tells the stream only what changed, with the scores that came of it. */
const addTo = (node: ReplicationNode, client: Client, key: string, words: readonly string[]) => {
  const { options, pairs } = additionOf(words);
  const scores = ownScores(node, client, key);
  const size = scores.size;
  const changed: string[] = [];
  let last: number | null = null;
  for (const [score, member] of pairs) {
    const before = scores.get(member);
    last = scoreAfter(before, score, options);
    if (last === null || last === before) continue;
    scores.set(member, last);
    changed.push(scoreText(last), member);
  }
  keep(node, client, key, scores);
  if (changed.length > 0) node.propagate(client.database, ['ZADD', key, ...changed]);
  const added = scores.size - size;
  return { options, last, count: options.has('ch') ? changed.length / 2 : added };
};

const removeMembers = (
  node: ReplicationNode,
  client: Client,
  key: string,
  removed: readonly string[],
): number => {
  if (scoresOf(node, client, key).size === 0) return 0;
  const scores = ownScores(node, client, key);
  const gone = removed.filter((member) => scores.delete(member));
  keep(node, client, key, scores);
  if (gone.length > 0) node.propagate(client.database, ['ZREM', key, ...gone]);
  return gone.length;
};

const showScore = (node: ReplicationNode, score: number | null | undefined): RespValue =>
  score === null || score === undefined ? null : bulk(scoreTextOf(node.dialect)(score));

const flat = (
  node: ReplicationNode,
  members: readonly (readonly [string, number])[],
  withScores: boolean,
): RespValue =>
  array(
    members.flatMap(([member, score]) =>
      withScores ? [bulk(member), showScore(node, score)] : [bulk(member)],
    ),
  );

const pop = (name: string, fromTop: boolean) =>
  writer(name, -2, (node, client, [key = '', count]) => {
    const members = ranked(scoresOf(node, client, key));
    if (fromTop) members.reverse();
    const chosen = members.slice(0, count === undefined ? 1 : integerOf(count));
    const names = chosen.map(([member]) => member);
    removeMembers(node, client, key, names);
    return flat(node, chosen, true);
  });

const range = (name: string, reversed: boolean) =>
  reader(name, -4, (node, client, [key = '', start, stop, ...options]) => {
    const words = options.map((word) => word.toLowerCase());
    if (words.some((word) => word !== 'withscores' && word !== 'rev')) return SYNTAX_ERROR;
    const members = ranked(scoresOf(node, client, key));
    if (reversed || words.includes('rev')) members.reverse();
    const chosen = members.slice(...rangeOf(integerOf(start), integerOf(stop), members.length));
    return flat(node, chosen, words.includes('withscores'));
  });

/** A bound of ZRANGEBYSCORE: a score, with `(` in front where it is not within. */
const boundOf = (word = ''): { readonly score: number; readonly within: boolean } => {
  const score = parseScore(word.replace(/^\(/, ''));
  if (score === null) throw new Refusal(error('min or max is not a float'));
  return { score, within: !word.startsWith('(') };
};

const removeByScore = writer('zremrangebyscore', 4, (node, client, [key = '', min, max]) => {
  const [low, high] = [boundOf(min), boundOf(max)];
  const chosen = [...scoresOf(node, client, key)].filter(
    ([, score]) =>
      (low.within ? score >= low.score : score > low.score) &&
      (high.within ? score <= high.score : score < high.score),
  );
  const names = chosen.map(([member]) => member);
  return integer(removeMembers(node, client, key, names));
});

const removeByRank = writer('zremrangebyrank', 4, (node, client, [key = '', start, stop]) => {
  const members = ranked(scoresOf(node, client, key));
  const chosen = members.slice(...rangeOf(integerOf(start), integerOf(stop), members.length));
  const names = chosen.map(([member]) => member);
  return integer(removeMembers(node, client, key, names));
});

export const SORTED_SET_COMMANDS: readonly Command[] = [
  writer('zadd', -4, (node, client, [key = '', ...words]) => {
    const { options, last, count } = addTo(node, client, key, words);
    return options.has('incr') ? showScore(node, last) : integer(count);
  }),
  writer('zincrby', 4, (node, client, [key = '', by = '', member = '']) =>
    showScore(node, addTo(node, client, key, ['INCR', by, member]).last),
  ),
  writer('zrem', -3, (node, client, [key = '', ...removed]) =>
    integer(removeMembers(node, client, key, removed)),
  ),
  pop('zpopmin', false),
  pop('zpopmax', true),
  removeByScore,
  removeByRank,
  range('zrange', false),
  range('zrevrange', true),
  reader('zcard', 2, (node, client, [key = '']) => integer(scoresOf(node, client, key).size)),
  reader('zscore', 3, (node, client, [key = '', member = '']) =>
    showScore(node, scoresOf(node, client, key).get(member)),
  ),
];
