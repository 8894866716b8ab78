import type { DataValue } from '../../../models/vocabulary/index.ts';
import { addMember, addTo, checkScore, hashWith, listOf, parseScore } from './collect.ts';
import { readListpack } from './listpack.ts';
import type { Reading } from './reading.ts';
import type { RdbSource } from './source.ts';
import { readZiplist } from './ziplist.ts';

export function* readList(source: RdbSource): Reading<DataValue> {
  while (!source.hasLength()) yield;
  const items: string[] = [];
  for (let left = source.count(1); left > 0; left -= 1) {
    while (!source.hasString()) yield;
    items.push(source.text());
  }
  return listOf(items);
}

export function* readSet(source: RdbSource): Reading<DataValue> {
  while (!source.hasLength()) yield;
  const members = new Set<string>();
  for (let left = source.count(1); left > 0; left -= 1) {
    while (!source.hasString()) yield;
    addMember(members, source.text());
  }
  return { type: 'set', members };
}

export function* readHash(source: RdbSource): Reading<DataValue> {
  while (!source.hasLength()) yield;
  const fields = new Map<string, string>();
  for (let left = source.count(2); left > 0; left -= 1) {
    while (!source.hasString()) yield;
    const field = source.text();
    while (!source.hasString()) yield;
    addTo(fields, field, source.text(), 'field');
  }
  return { type: 'hash', fields };
}

/** A sorted set with its scores as doubles. */
export function* readZset(source: RdbSource): Reading<DataValue> {
  while (!source.hasLength()) yield;
  const scores = new Map<string, number>();
  for (let left = source.count(9); left > 0; left -= 1) {
    while (!source.hasString()) yield;
    const member = source.text();
    while (!source.has(8)) yield;
    addTo(scores, member, checkScore(source.takeDouble()), 'member');
  }
  return { type: 'zset', scores };
}

/** Where a score is none that can be printed, its length says which. */
const UNPRINTED: Readonly<Record<number, number>> = {
  253: Number.NaN,
  254: Number.POSITIVE_INFINITY,
  255: Number.NEGATIVE_INFINITY,
};

/** A sorted set with its scores as text, as Redis before 4 wrote it. */
export function* readTextZset(source: RdbSource): Reading<DataValue> {
  while (!source.hasLength()) yield;
  const scores = new Map<string, number>();
  for (let left = source.count(2); left > 0; left -= 1) {
    while (!source.hasString()) yield;
    const member = source.text();
    while (!source.has(1)) yield;
    const length = source.takeByte();
    const unprinted = UNPRINTED[length];
    while (unprinted === undefined && !source.has(length)) yield;
    const score = unprinted ?? parseScore(source.takeText(length));
    addTo(scores, member, checkScore(score), 'member');
  }
  return { type: 'zset', scores };
}

/** A list of ziplists, of Redis 3.2 to 6.2. */
export function* readQuicklist(source: RdbSource): Reading<DataValue> {
  while (!source.hasLength()) yield;
  const items: string[] = [];
  for (let left = source.count(1); left > 0; left -= 1) {
    while (!source.hasString()) yield;
    for (const item of readZiplist(source.bytes(), source.budget)) items.push(item);
  }
  return listOf(items);
}

/** What a node of a list is: one large item, or a listpack of small ones. */
const NODE = { plain: 1, packed: 2 } as const;

/** A list of listpacks and of items too large for one, since Redis 7. */
export function* readQuicklist2(source: RdbSource): Reading<DataValue> {
  while (!source.hasLength()) yield;
  const items: string[] = [];
  for (let left = source.count(2); left > 0; left -= 1) {
    while (!source.hasLength()) yield;
    const node = source.length();
    if (node !== NODE.plain && node !== NODE.packed) {
      source.refuse(`a list node of kind ${node}, where 1 and 2 are known`);
    }
    while (!source.hasString()) yield;
    if (node === NODE.plain) items.push(source.text());
    else for (const item of readListpack(source.bytes(), source.budget)) items.push(item);
  }
  return listOf(items);
}

/** A hash of Redis in which fields expire. The candidates of 7.4 wrote no earliest expiry before it. */
export function* readExpiringHash(source: RdbSource, preRelease: boolean): Reading<DataValue> {
  while (!preRelease && !source.has(8)) yield;
  const earliest = preRelease ? 1 : source.takeInt64();
  while (!source.hasLength()) yield;
  const fields = new Map<string, string>();
  const expiries = new Map<string, number>();
  for (let left = source.count(3); left > 0; left -= 1) {
    while (!source.hasLength()) yield;
    const later = source.length();
    while (!source.hasString()) yield;
    const field = source.text();
    while (!source.hasString()) yield;
    addTo(fields, field, source.text(), 'field');
    // Counted from one, because zero stands for a field that stays.
    const time = earliest + later - 1;
    if (!Number.isSafeInteger(time)) source.refuse(`the time ${time} is beyond 2^53 - 1`);
    if (later > 0) expiries.set(field, time);
  }
  return hashWith(fields, expiries);
}

/** What Valkey writes for a field that stays. */
const NEVER = -1;

/** A hash of Valkey in which fields expire. */
export function* readHash2(source: RdbSource): Reading<DataValue> {
  while (!source.hasLength()) yield;
  const fields = new Map<string, string>();
  const expiries = new Map<string, number>();
  for (let left = source.count(10); left > 0; left -= 1) {
    while (!source.hasString()) yield;
    const field = source.text();
    while (!source.hasString()) yield;
    addTo(fields, field, source.text(), 'field');
    while (!source.has(8)) yield;
    const time = source.takeInt64();
    if (time !== NEVER) expiries.set(field, time);
  }
  return hashWith(fields, expiries);
}
