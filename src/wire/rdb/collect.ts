import type { DataValue } from '../../../models/vocabulary/index.ts';
import { parseExactInteger } from '../integer.ts';
import { MalformedRdb } from './malformed.ts';

/** The most that a map or a set of V8 can hold. */
const MOST_ELEMENTS = 2 ** 24;

/** Adds what must not be there yet. `what` names it for the error. */
export function addTo<Value>(
  map: Map<string, Value>,
  name: string,
  value: Value,
  what: string,
): void {
  const before = map.size;
  if (before === MOST_ELEMENTS) throw tooMany(what);
  map.set(name, value);
  if (map.size === before) throw twice(name, what);
}

export function addMember(members: Set<string>, member: string): void {
  const before = members.size;
  if (before === MOST_ELEMENTS) throw tooMany('member');
  members.add(member);
  if (members.size === before) throw twice(member, 'member');
}

const tooMany = (what: string): MalformedRdb =>
  new MalformedRdb(`more than ${MOST_ELEMENTS} ${what}s, which is all that one map can hold here`);

const twice = (name: string, what: string): MalformedRdb =>
  new MalformedRdb(`the ${what} ${JSON.stringify(name.slice(0, 60))} stands there twice`);

export const listOf = (items: readonly string[]): DataValue => ({ type: 'list', items });

export function setOf(strings: readonly string[]): DataValue {
  const members = new Set<string>();
  for (const member of strings) addMember(members, member);
  return { type: 'set', members };
}

/** A hash of fields and values that stand one after the other. */
export function hashOf(strings: readonly string[]): DataValue {
  const fields = new Map<string, string>();
  for (const [field = '', value = ''] of tuples(strings, 2)) addTo(fields, field, value, 'field');
  return { type: 'hash', fields };
}

/** A hash of fields, values and times: in milliseconds since 1970 when a field expires, 0 for one that stays. */
export function expiringHashOf(strings: readonly string[]): DataValue {
  const fields = new Map<string, string>();
  const expiries = new Map<string, number>();
  for (const [field = '', value = '', time = ''] of tuples(strings, 3)) {
    addTo(fields, field, value, 'field');
    if (time !== '0') expiries.set(field, exact(time));
  }
  return hashWith(fields, expiries);
}

/** A hash, without a word of expiries where there are none. */
export const hashWith = (
  fields: ReadonlyMap<string, string>,
  expiries: ReadonlyMap<string, number>,
): DataValue =>
  expiries.size === 0 ? { type: 'hash', fields } : { type: 'hash', fields, expiries };

/** A sorted set of members and scores that stand one after the other. */
export function zsetOf(strings: readonly string[]): DataValue {
  const scores = new Map<string, number>();
  for (const [member = '', score = ''] of tuples(strings, 2)) {
    addTo(scores, member, parseScore(score), 'member');
  }
  return { type: 'zset', scores };
}

/** A score as Redis prints it. */
export function parseScore(text: string): number {
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === '-inf') return Number.NEGATIVE_INFINITY;
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) {
    throw new MalformedRdb(`${JSON.stringify(text.slice(0, 60))} is no score`);
  }
  return Number(text);
}

/** A score that came as bytes. */
export function checkScore(score: number): number {
  if (Number.isNaN(score)) throw new MalformedRdb('a score that is not a number');
  return score;
}

const exact = (text: string): number => {
  const integer = parseExactInteger(text);
  if ('wrong' in integer) throw new MalformedRdb(integer.wrong);
  return integer.value;
};

function* tuples(strings: readonly string[], size: number): Generator<readonly string[]> {
  if (strings.length % size !== 0) {
    throw new MalformedRdb(`${strings.length} elements, where they come by ${size}`);
  }
  for (let index = 0; index < strings.length; index += size) {
    yield strings.slice(index, index + size);
  }
}
