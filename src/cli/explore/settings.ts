import {
  CATALOGUE,
  type CatalogueEntry,
  type Model,
  type Variant,
  withProperties,
} from '../../explore/index.ts';
import { CommandFailure, EXIT } from '../exit-codes.ts';
import { closest } from '../suggestion.ts';

/** A command line that asks for something there is not. */
export class UsageError extends CommandFailure {
  constructor(message: string) {
    super(EXIT.usage, message);
  }
}

/** The options of `explore` as they were typed. */
export interface ExploreFlags {
  readonly mutant?: string;
  readonly rules?: string;
  readonly property?: readonly string[];
  readonly symmetry?: boolean;
  readonly workers?: string;
  readonly memory?: string;
  readonly states?: string;
  readonly time?: string;
  readonly out?: string;
  readonly json?: string;
  readonly export?: string;
  readonly replay?: string;
  readonly checkpoint?: string;
  readonly resume?: string;
  readonly list?: boolean;
  /** Bounds of the model, by name. */
  readonly [bound: string]: unknown;
}

const oneOf = (names: readonly string[]): string => names.join(', ');

/** The nearest known name as a question, or all of them where none is near. */
export const instead = (name: string, known: readonly string[]): string => {
  const near = closest(name, known);
  return near === undefined ? `there are ${oneOf(known)}` : `did you mean ${near}?`;
};

/** Options of which the first makes the second pointless. */
const CONTRADICTIONS: readonly (readonly [keyof ExploreFlags, keyof ExploreFlags, string])[] = [
  ['mutant', 'rules', 'a run has one fault at a time'],
  ['export', 'replay', 'an export runs nothing'],
  ['export', 'json', 'an export finds nothing that could be written'],
  ['export', 'resume', 'an export runs nothing'],
  ['export', 'checkpoint', 'an export runs nothing'],
  ['export', 'symmetry', 'SPIN and TLC count without it'],
  ['replay', 'json', 'a replay is no search'],
  ['replay', 'resume', 'a replay is no search'],
  ['replay', 'checkpoint', 'a replay is no search'],
];

/** Refuses options of which one makes another pointless. */
export const checkTogether = (flags: ExploreFlags): void => {
  const found = CONTRADICTIONS.find(
    ([one, other]) => flags[one] !== undefined && flags[other] !== undefined,
  );
  if (found === undefined) return;
  const [one, other, why] = found;
  throw new UsageError(`--${one} and --${other} do not go together: ${why}`);
};

/** A whole number within a range. */
export const wholeNumber = (option: string, text: string, low: number, high: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  throw new UsageError(`${option} ${text}: give a whole number from ${low} to ${high}`);
};

const BYTES = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** `512M` and the like, in bytes. */
export const sizeInBytes = (option: string, text: string): number => {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text) ?? [];
  const factor = Object.entries(BYTES).find(([name]) => name === unit.toUpperCase())?.[1];
  const bytes = Number(digits) * (factor ?? Number.NaN);
  if (bytes > 0) return bytes;
  throw new UsageError(`${option} ${text}: give a size such as 512M or 4G`);
};

const SECONDS = { s: 1, m: 60, h: 3600 };

/** `90s` and the like, in seconds. */
export const durationInSeconds = (option: string, text: string): number => {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text) ?? [];
  const factor = Object.entries(SECONDS).find(([name]) => name === (unit || 's'))?.[1];
  const seconds = Number(digits) * (factor ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw new UsageError(`${option} ${text}: give a duration such as 30s, 5m or 2h`);
};

export const entryNamed = (name: string): CatalogueEntry => {
  const entry = CATALOGUE.find((known) => known.name === name);
  if (entry !== undefined) return entry;
  const known = CATALOGUE.map((model) => model.name);
  throw new UsageError(`there is no model '${name}': ${instead(name, known)}`);
};

const mutantNamed = (entry: CatalogueEntry, name: string): string => {
  const mutant = entry.mutants.find((known) => known.name === name || known.alias === name);
  if (mutant !== undefined) return mutant.name;
  const known = entry.mutants.map((each) => each.name);
  throw new UsageError(`model ${entry.name} has no mutant '${name}': ${instead(name, known)}`);
};

/** Names of all bounds that any model has. */
export const ALL_BOUNDS = [
  ...new Map(
    CATALOGUE.flatMap(({ bounds }) => bounds.map((bound) => [bound.name, bound])),
  ).values(),
];

const boundsOf = (entry: CatalogueEntry, flags: ExploreFlags): ReadonlyMap<string, number> => {
  const foreign = ALL_BOUNDS.find(
    ({ name }) => flags[name] !== undefined && entry.bounds.every((known) => known.name !== name),
  );
  if (foreign !== undefined) {
    throw new UsageError(`model ${entry.name} has no bound --${foreign.name}`);
  }
  return new Map(
    entry.bounds.map(({ name, low, high, standard }) => {
      const text = flags[name];
      const value = typeof text === 'string' ? wholeNumber(`--${name}`, text, low, high) : standard;
      return [name, value];
    }),
  );
};

/** The model that the options ask for; `rules` are those of a file. */
export const modelFor = (
  entry: CatalogueEntry,
  flags: ExploreFlags,
  rules: Variant | null,
): Model => {
  const mutant = flags.mutant === undefined ? null : { mutant: mutantNamed(entry, flags.mutant) };
  const model = entry.make(boundsOf(entry, flags), rules ?? mutant);
  const { property } = flags;
  if (property === undefined) return model;
  const unknown = property.find((name) => model.always.every((known) => known.name !== name));
  if (unknown !== undefined) {
    const known = oneOf(model.always.map(({ name }) => name));
    throw new UsageError(`model ${entry.name} has no property '${unknown}': there are ${known}`);
  }
  return withProperties(model, property);
};

/** The successor numbers of a path such as `0.3.12`; the empty path is the initial state. */
export const pathFrom = (text: string): number[] =>
  text === '' ? [] : text.split('.').map((step) => wholeNumber('--replay step', step, 0, 1e9));
