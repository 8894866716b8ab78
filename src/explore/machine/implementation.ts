import type { AnyStateMachine } from 'xstate';
import { nameOf } from '../../../models/machines/transitions.ts';

/** What a guard, an action and their parameters are told. */
export interface Told {
  readonly context: Context;
  readonly event: HeardEvent;
}

export type Context = Readonly<Record<string, unknown>>;

export interface HeardEvent {
  readonly type: string;
}

/** A function that a machine's chart names. */
type Named = (told: Told, params: unknown) => unknown;

/** A chart that uses something which has no compiled form. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
}

export type Guard = (told: Told) => boolean;

/** A note in the context, or an effect for whoever drives the machine. */
export type Action =
  | { readonly does: 'note'; readonly note: (told: Told) => Context }
  | { readonly does: 'effect'; readonly type: string; readonly params: (told: Told) => unknown };

const isNamed = (value: unknown): value is Named => typeof value === 'function';

const propertyOf = (value: unknown, name: string): unknown =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && name in value
    ? Reflect.get(value, name)
    : undefined;

/** The parameters that a chart gives with a name, which may hang on what is told. */
const paramsOf = (word: unknown): ((told: Told) => unknown) => {
  const params = propertyOf(word, 'params');
  if (isNamed(params)) return (told) => params(told, undefined);
  return () => params;
};

export const guardOf = (machine: AnyStateMachine, word: unknown): Guard | null => {
  if (word === undefined) return null;
  const name = nameOf(word);
  const guard: unknown = machine.implementations.guards[name];
  if (!isNamed(guard)) throw new MachineError(`${machine.id}: guard '${name}' is no function`);
  const params = paramsOf(word);
  return (told) => guard(told, params(told)) === true;
};

/** The context with some of its notes replaced. */
const replaced = (context: Context, notes: Context): Context => {
  const next: Record<string, unknown> = { ...context };
  for (const key of Object.keys(notes)) next[key] = notes[key];
  return next;
};

const isContext = (value: unknown): value is Context => typeof value === 'object' && value !== null;

/** What `assign` was given: a function of the whole, or a value or a function for each key. */
const noteOf = (assignment: unknown, params: (told: Told) => unknown) => {
  if (isNamed(assignment)) {
    return (told: Told): Context => {
      const notes = assignment(told, params(told));
      return isContext(notes) ? replaced(told.context, notes) : told.context;
    };
  }
  const notes = isContext(assignment) ? assignment : {};
  const worked = Object.entries(notes).flatMap(([key, work]) =>
    isNamed(work) ? [{ key, work }] : [],
  );
  return (told: Told): Context => {
    if (worked.length === 0) return replaced(told.context, notes);
    const all = Object.fromEntries(worked.map(({ key, work }) => [key, work(told, params(told))]));
    return replaced(told.context, { ...notes, ...all });
  };
};

export const actionOf = (machine: AnyStateMachine, word: unknown): Action => {
  const type = nameOf(word);
  const implementation: unknown = machine.implementations.actions[type];
  const params = paramsOf(word);
  const kind = propertyOf(implementation, 'type');
  if (kind === 'xstate.assign') {
    return { does: 'note', note: noteOf(propertyOf(implementation, 'assignment'), params) };
  }
  if (kind !== undefined) throw new MachineError(`${machine.id}: '${type}' is a ${String(kind)}`);
  return { does: 'effect', type, params };
};
