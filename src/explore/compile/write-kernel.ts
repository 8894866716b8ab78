import { wordList } from './write-program.ts';

/** What the text of a kernel depends on. */
export interface KernelShape {
  readonly words: number;
  /** The word of a state that is never 0. */
  readonly tagWord: number;
  readonly workers: number;
  /** For each word, the bits that decide which worker owns a state. */
  readonly ownerMasks: readonly number[];
  readonly symmetric: boolean;
}

/** Successors that are gathered before they are looked up together. */
export const BATCH = 512;

/** The sieve holds this power of two of states, which is 128 kB for states of two words: it stays in the cache. */
const SIEVE_BITS = 14;

/** Odd numbers whose multiples spread the bits of a word. */
const MULTIPLIERS = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1];

const multiplier = (index: number): string =>
  `0x${(MULTIPLIERS[index % MULTIPLIERS.length] ?? 1).toString(16)}`;

/** `let h = ...`: a hash of the words `x0, x1, ...` whose upper bits choose the slot. */
const writeHash = (words: number): string => {
  const mixed = Array.from({ length: words }, (_, word) =>
    word === 0
      ? `let h = Math.imul(x0, ${multiplier(0)});`
      : `h = h ^ Math.imul(x${word} ^ (x${word} >>> 15), ${multiplier(word)});`,
  );
  return [...mixed, 'h ^= h >>> 15;', `h = Math.imul(h, ${multiplier(2)});`].join(' ');
};

/** The number of the worker that owns the state `x0, x1, ...`. */
const writeOwner = (masks: readonly number[], workers: number): string => {
  if (workers === 1) return '0';
  const parts = masks.flatMap((mask, word) => {
    const bits = mask === -1 ? `x${word}` : `(x${word} & ${mask})`;
    return mask === 0 ? [] : [`Math.imul(${bits} ^ (${bits} >>> 15), ${multiplier(word + 1)})`];
  });
  const mixed = `Math.imul(${parts.map((part) => `(${part})`).join(' ^ ')}, ${multiplier(0)})`;
  return `((${mixed} >>> 16) * ${workers}) >>> 16`;
};

const times = (code: string, words: number): string =>
  words === 1 ? `(${code})` : words === 2 ? `((${code}) << 1)` : `Math.imul(${code}, ${words})`;

class KernelWriter {
  readonly #shape: KernelShape;
  readonly #words: readonly number[];

  constructor(shape: KernelShape) {
    this.#shape = shape;
    this.#words = Array.from({ length: shape.words }, (_, word) => word);
  }

  #each(write: (word: number) => string, between = ' '): string {
    return this.#words.map(write).join(between);
  }

  #load(prefix: string, array: string, at: string): string {
    return this.#each((word) => `const ${prefix}${word} = ${array}[${at} + ${word}];`);
  }

  #store(array: string, at: string, prefix = 'x'): string {
    return this.#each((word) => `${array}[${at} + ${word}] = ${prefix}${word};`);
  }

  /**
   * Sends the batch on to its owners. Of two equal states that come soon after one another the sieve lets only the
   * first through, which is about half of all. There is no branch, because none could be foretold.
   */
  sift(): string {
    const { words, workers, symmetric } = this.#shape;
    const owner = writeOwner(this.#shape.ownerMasks, workers);
    return `
function sift(n, out, ends) {
  for (let i = 0; i < n; i += ${words}) {
    ${symmetric ? 'canonical(i);' : ''}
    ${this.#load('x', 'b', 'i')}
    ${writeHash(words)}
    const f = ${times(`h >>> ${32 - SIEVE_BITS}`, words)};
    const d = ${this.#each((word) => `(sieve[f + ${word}] ^ x${word})`, ' | ')};
    ${this.#store('sieve', 'f')}
    const o = ${owner};
    const at = ends[o];
    ${this.#store('out', 'at')}
    ends[o] = at + ${times('(d | -d) >>> 31', words)};
  }
}`;
  }

  /** Expands states until the batch is full, and returns the place behind the last one expanded. */
  expand(): string {
    const { words } = this.#shape;
    return `
function expand(states, from, to, out, ends) {
  let n = 0;
  let i = from;
  while (i < to && n < ${BATCH * words}) {
    ${this.#load('w', 'states', 'i')}
    if (!safe(${wordList(words)})) unsafe(states, i);
    witness(${wordList(words)});
    n = successors(${wordList(words)}, n);
    i += ${words};
  }
  counts[0] += n;
  sift(n, out, ends);
  return i;
}`;
  }

  /** Only asks whether the properties hold. */
  inspect(): string {
    const { words } = this.#shape;
    return `
function inspect(states, from, to) {
  for (let i = from; i < to; i += ${words}) {
    ${this.#load('w', 'states', 'i')}
    if (!safe(${wordList(words)})) unsafe(states, i);
  }
}`;
  }

  /**
   * Looks candidates up and puts the new ones into the table and the queue; returns the place behind the last put.
   * The first loop asks for all the memory that the second one needs, so that the waits overlap.
   */
  insert(): string {
    const { words, tagWord } = this.#shape;
    const others = this.#words.filter((word) => word !== tagWord);
    const same = others.map((word) => `table[s + ${word}] === x${word}`).join(' && ');
    return `
function insert(candidates, from, to, table, bits, queue, start) {
  const shift = 32 - bits;
  const end = ${words} << bits;
  let sum = 0;
  for (let i = from, j = 0; i < to; i += ${words}, j += 1) {
    ${this.#load('x', 'candidates', 'i')}
    ${writeHash(words)}
    const s = ${times('h >>> shift', words)};
    slots[j] = s;
    sum = (sum + table[s + ${tagWord}]) | 0;
  }
  counts[1] = sum;
  let at = start;
  for (let i = from, j = 0; i < to; i += ${words}, j += 1) {
    ${this.#load('x', 'candidates', 'i')}
    let s = slots[j];
    for (;;) {
      const held = table[s + ${tagWord}];
      if (held === x${tagWord}) {
        if (${same === '' ? 'true' : same}) break;
      } else if (held === 0) {
        ${this.#store('table', 's')}
        ${this.#store('queue', 'at')}
        at += ${words};
        break;
      }
      s += ${words};
      if (s === end) s = 0;
    }
  }
  return at;
}`;
  }

  /** Moves a table into a larger empty one. Slots follow the upper bits of the hash, so both are walked in order. */
  rehash(): string {
    const { words, tagWord } = this.#shape;
    return `
function rehash(old, table, bits) {
  const shift = 32 - bits;
  const end = ${words} << bits;
  for (let i = 0; i < old.length; i += ${words}) {
    if (old[i + ${tagWord}] === 0) continue;
    ${this.#load('x', 'old', 'i')}
    ${writeHash(words)}
    let s = ${times('h >>> shift', words)};
    while (table[s + ${tagWord}] !== 0) {
      s += ${words};
      if (s === end) s = 0;
    }
    ${this.#store('table', 's')}
  }
}`;
  }

  /** Writes the successors of one state into the batch, in the form in which they are kept, and returns their end. */
  single(): string {
    const { words } = this.#shape;
    return `
function single(states, from) {
  ${this.#load('w', 'states', 'from')}
  const n = successors(${wordList(words)}, 0);
  fold(n);
  return n;
}`;
  }

  fold(): string {
    const { words, symmetric } = this.#shape;
    const each = `for (let i = 0; i < n; i += ${words}) canonical(i);`;
    return `
function fold(n) {
  ${symmetric ? each : ''}
}`;
  }

  owner(): string {
    const { ownerMasks, workers } = this.#shape;
    return `
function ownerOf(states, from) {
  ${this.#load('x', 'states', 'from')}
  return ${writeOwner(ownerMasks, workers)};
}`;
  }
}

/** The loops of the search as text, to stand behind the text of the program that they drive. */
export const writeKernel = (shape: KernelShape): string => {
  const writer = new KernelWriter(shape);
  return [
    `const sieve = new Int32Array(${shape.words} << ${SIEVE_BITS});`,
    writer.sift(),
    writer.expand(),
    writer.inspect(),
    writer.insert(),
    writer.rehash(),
    writer.fold(),
    writer.single(),
    writer.owner(),
  ].join('\n');
};
