import type { DataEntry, DataValue } from '../../models/vocabulary/index.ts';
import { parseStreamId } from './stream-ids.ts';

type Sha1 = (text: string) => string;

const ZEROS = '\0'.repeat(20);

/** The numbers by which servers tell types in their digests. */
const TYPES: Readonly<Record<DataValue['type'], number>> = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  opaque: 5,
  stream: 6,
};

/** A number as four bytes, the highest first. */
const bytesOf = (number: number): string => String.fromCharCode(0, 0, number >> 8, number & 255);

/**
 * A digest of data: equal where the data is, in whatever order it is stored. It is computed as `DEBUG DIGEST` of real
 * servers is, so that one line compares the reference with any of them.
 */
export class Digest {
  readonly #sha1: Sha1;
  readonly #scoreText: (score: number) => string;

  constructor(sha1: Sha1, scoreText: (score: number) => string) {
    this.#sha1 = sha1;
    this.#scoreText = scoreText;
  }

  /** The digest of databases in order, in hexadecimal digits. */
  of(databases: Iterable<readonly [number, ReadonlyMap<string, DataEntry>]>): string {
    let whole = ZEROS;
    for (const [database, entries] of databases) {
      whole = this.#mix(whole, bytesOf(database));
      for (const [key, entry] of entries) whole = this.#add(whole, this.#ofKey(key, entry));
    }
    return [...whole].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  }

  #ofKey(key: string, { value, expiresAt }: DataEntry): string {
    const named = this.#mix(this.#mix(ZEROS, key), bytesOf(TYPES[value.type]));
    const whole = this.#withValue(named, value);
    return expiresAt === null ? whole : this.#add(whole, '!!expire!!');
  }

  #withValue(digest: string, value: DataValue): string {
    switch (value.type) {
      case 'string':
        return this.#mix(digest, value.value);
      case 'list':
        return value.items.reduce((sum, item) => this.#mix(sum, item), digest);
      case 'set':
        return [...value.members].reduce((sum, member) => this.#add(sum, member), digest);
      case 'hash':
        return this.#withPairs(digest, value.fields);
      case 'zset':
        return this.#withPairs(
          digest,
          [...value.scores].map(([member, score]) => [member, this.#scoreText(score)]),
        );
      case 'stream':
        return value.stream.entries.reduce((sum, { id, fields }) => {
          const [milliseconds, sequence] = parseStreamId(id, 0n) ?? [0n, 0n];
          const words = [`${milliseconds}.${sequence}`, ...fields.flat()];
          return words.reduce((each, word) => this.#mix(each, word), sum);
        }, digest);
      case 'opaque':
        return this.#mix(digest, String.fromCharCode(...value.bytes.subarray(0, 1024)));
    }
  }

  /** Pairs in any order. */
  #withPairs(digest: string, pairs: Iterable<readonly [string, string]>): string {
    let sum = digest;
    for (const [one, other] of pairs) {
      sum = this.#add(sum, this.#mix(this.#mix(ZEROS, one), other));
    }
    return sum;
  }

  /** Adds a text whose place does not matter. */
  #add(digest: string, text: string): string {
    const hash = this.#sha1(text);
    let sum = '';
    for (let index = 0; index < digest.length; index += 1) {
      sum += String.fromCharCode(digest.charCodeAt(index) ^ hash.charCodeAt(index));
    }
    return sum;
  }

  /** Adds a text whose place does matter. */
  #mix(digest: string, text: string): string {
    return this.#sha1(this.#add(digest, text));
  }
}
