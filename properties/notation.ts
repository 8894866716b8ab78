import {
  type Case,
  CLAIMS,
  type Edge,
  OPERATION_NAMES,
  type Operation,
  type OperationName,
} from './operations.ts';

/** A text names no operation or case. */
export class Unreadable extends Error {}

/** The words behind an operation’s name, as they are written. */
const wordsOf = (operation: Operation): readonly (string | number)[] => {
  switch (operation.do) {
    case 'write':
      return [operation.node, operation.size, operation.database];
    case 'replicaof':
      return [operation.node, operation.master];
    case 'cut':
      return [operation.node, operation.after];
    case 'restart':
      return [operation.node, operation.saves ? 'saved' : 'killed'];
    case 'resize':
      return [operation.node, operation.size];
    case 'failover':
      return [operation.node, operation.to];
    case 'wait':
      return [operation.node, operation.replicas];
    case 'probe':
      return [operation.node, operation.claim, operation.edge, operation.by];
    case 'pass':
      return [operation.milliseconds];
    case 'settle':
      return [];
    default:
      return [operation.node];
  }
};

/** An operation in words: its name and what it needs, as in `replicaof 1 0`. */
export const writeOperation = (operation: Operation, separator = ' '): string =>
  [operation.do, ...wordsOf(operation)].join(separator);

/** Takes words one after another, and says which one was wrong. */
class Words {
  readonly #text: string;
  readonly #words: readonly string[];
  #taken = 0;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#words = text.split(separator);
  }

  text(): string {
    this.#taken += 1;
    return this.#words[this.#taken - 1] ?? '';
  }

  number(what: string, min: number, max: number): number {
    const word = this.text();
    const value = Number(word);
    if (!/^-?\d{1,9}$/.test(word) || value < min || value > max) {
      throw this.wrong(`${what} is a number from ${min} to ${max}, not "${word}"`);
    }
    return value;
  }

  node(): number {
    return this.number('a node', 0, NODE_MAX);
  }

  oneOf<Choice extends string>(what: string, choices: readonly Choice[]): Choice {
    const word = this.text();
    const found = choices.find((choice) => choice === word);
    if (found === undefined) {
      throw this.wrong(`${what} is one of ${choices.join(', ')}, not "${word}"`);
    }
    return found;
  }

  end(): void {
    if (this.#taken < this.#words.length) throw this.wrong('too many words');
  }

  wrong(why: string): Unreadable {
    return new Unreadable(`"${this.#text}": ${why}`);
  }
}

const NODE_MAX = 8;
const SIZE_MAX = 12_000;
const EDGES: readonly Edge[] = ['first', 'next', 'second'];

/** @throws Unreadable */
export const readOperation = (text: string, separator = ' '): Operation => {
  const words = new Words(text, separator);
  const operation = take(words.oneOf('an operation', OPERATION_NAMES), words);
  words.end();
  return operation;
};

const take = (name: OperationName, words: Words): Operation => {
  switch (name) {
    case 'write':
      return {
        do: name,
        node: words.node(),
        size: words.number('a size', 1, SIZE_MAX),
        database: words.number('a database', 0, 1),
      };
    case 'replicaof':
      return { do: name, node: words.node(), master: words.node() };
    case 'cut':
      return { do: name, node: words.node(), after: words.number('a count', 0, 1_000_000) };
    case 'restart':
      return {
        do: name,
        node: words.node(),
        saves: words.oneOf('an end', ['saved', 'killed']) === 'saved',
      };
    case 'resize':
      return { do: name, node: words.node(), size: words.number('a size', 1, 1_000_000) };
    case 'failover':
      return { do: name, node: words.node(), to: words.node() };
    case 'wait':
      return { do: name, node: words.node(), replicas: words.number('a count', 1, 9) };
    case 'probe':
      return {
        do: name,
        node: words.node(),
        claim: words.oneOf('a claim', CLAIMS),
        edge: words.oneOf('an edge', EDGES),
        by: words.number('a distance', -9, 9),
      };
    case 'pass':
      return { do: name, milliseconds: words.number('a time', 0, 600_000) };
    case 'settle':
      return { do: name };
    default:
      return { do: name, node: words.node() };
  }
};

/** A whole case in one word, which replays it exactly. */
export const writeToken = ({ seed, diskless, operations }: Case): string =>
  [
    seed,
    diskless ? 'socket' : 'disk',
    operations.map((each) => writeOperation(each, '.')).join(','),
  ].join(':');

const OPERATIONS_MAX = 1000;

/** @throws Unreadable */
export const readToken = (token: string): Case => {
  const [seed = '', target = '', operations = '', ...more] = token.split(':');
  if (!/^\d{1,10}$/.test(seed) || !/^(socket|disk)$/.test(target) || more.length > 0) {
    throw new Unreadable(
      `a token is a seed, "disk" or "socket", and operations, with colons between; "${token.slice(0, 60)}" is none`,
    );
  }
  const texts = operations === '' ? [] : operations.split(',');
  if (texts.length > OPERATIONS_MAX) {
    throw new Unreadable(`a token has ${OPERATIONS_MAX} operations at most`);
  }
  return {
    seed: Number(seed),
    diskless: target === 'socket',
    operations: texts.map((each) => readOperation(each, '.')),
  };
};
