import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  initialTransition,
  transition,
} from 'xstate';
import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import type { MachineEntry } from './catalogue/entry.ts';
import { misfit } from './catalogue/shape.ts';
import { TOLD, type TransitionId, tellingTransitions } from './transitions.ts';

export interface Effect {
  readonly type: string;
  readonly params: unknown;
}

/** What an event did to a machine. In every case `snapshot` is where it stands now. */
export type Step =
  /** Transitions in the order in which they were taken: what was heard, then what waits for nothing. */
  | {
      readonly outcome: 'taken';
      readonly snapshot: AnyMachineSnapshot;
      readonly transitions: readonly TransitionId[];
      readonly effects: readonly Effect[];
    }
  /** The event is one of the machine's, but nothing depends on it here, or the machine has ended. */
  | { readonly outcome: 'ignored'; readonly snapshot: AnyMachineSnapshot }
  /** The event is none of the machine's, or is malformed: `because` says which and where. */
  | {
      readonly outcome: 'refused';
      readonly because: string;
      readonly snapshot: AnyMachineSnapshot;
    };

/** A machine that takes any value for an event: it never throws, and says what it did not take. */
export interface Stepper {
  readonly start: (input: unknown) => AnyMachineSnapshot;
  readonly step: (snapshot: AnyMachineSnapshot, event: unknown) => Step;
}

/** Why a value is no event of a machine; null where it is one. */
export const refusalOf = (entry: MachineEntry, event: unknown): string | null => {
  if (typeof event !== 'object' || event === null || !('type' in event)) {
    return 'an event is an object with a type';
  }
  const { type } = event;
  if (typeof type !== 'string') return 'the type of an event is a text';
  if (!Object.hasOwn(entry.events, type)) return `${type}: unknown event`;
  const known = entry.events[type];
  return known === undefined ? null : misfit(event, known.shape, type);
};

const isTold = (params: unknown): params is { readonly id: TransitionId } =>
  typeof params === 'object' && params !== null && 'id' in params;

const toldBy = (actions: readonly Effect[]): readonly TransitionId[] =>
  actions.flatMap(({ type, params }) => (type === TOLD && isTold(params) ? [params.id] : []));

export const stepperOf = (entry: MachineEntry, rules: Ruleset = STANDARD): Stepper => {
  const machine: AnyStateMachine = tellingTransitions(entry.create(rules));
  return {
    start: (input) => initialTransition(machine, input)[0],
    step: (snapshot, event) => {
      const because = refusalOf(entry, event);
      if (because !== null) return { outcome: 'refused', because, snapshot };
      if (snapshot.status !== 'active') return { outcome: 'ignored', snapshot };
      const [next, executable] = transition(machine, snapshot, event);
      const actions: readonly Effect[] = executable;
      const transitions = toldBy(actions);
      if (transitions.length === 0) return { outcome: 'ignored', snapshot };
      const effects = actions
        .filter(({ type }) => type !== TOLD)
        .map(({ type, params }) => ({ type, params }));
      return { outcome: 'taken', snapshot: next, transitions, effects };
    },
  };
};
