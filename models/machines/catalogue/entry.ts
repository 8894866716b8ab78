import type { AnyStateMachine } from 'xstate';
import type { RuleId } from '../../rules/registry.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import type { Dialect } from '../../vocabulary/index.ts';
import type { Shape, ShapeOf } from './shape.ts';

/** A state as people know it who know Redis. */
export interface StateEntry {
  /** Completes "here ...": what is awaited or held. */
  readonly means: string;
  /** The names of Redis's own constants; empty where it has none. A name that is not used everywhere says where. */
  readonly redis: readonly string[];
  /** What INFO or ROLE show of it, as `ROLE handshake`; empty where nothing is shown. */
  readonly shown: readonly string[];
}

export interface EventEntry {
  readonly means: string;
  /** Of everything but `type`. */
  readonly shape: { readonly fields: Readonly<Record<string, Shape>> };
  /**
   * Events without their `type`, of which some makes each guard true and some makes it false. What exists in a dialect
   * is found by sending these in every state that they lead to.
   */
  readonly samples: readonly Readonly<Record<string, unknown>>[];
}

/** Describes every event of a machine; a forgotten one is an error of the compiler. */
export type EventsOf<Event extends { readonly type: string }> = {
  readonly [Type in Event['type']]: {
    readonly means: string;
    readonly shape: ShapeOf<Omit<Extract<Event, { readonly type: Type }>, 'type'>>;
    readonly samples: readonly Omit<Extract<Event, { readonly type: Type }>, 'type'>[];
  };
};

export interface GuardEntry {
  /** Completes "if ...". */
  readonly reads: string;
  readonly rules: readonly RuleId[];
}

export interface EffectEntry {
  /** An order: what whoever drives the machine does. */
  readonly reads: string;
  readonly rules: readonly RuleId[];
}

/**
 * A machine of the specification and what people and tools need to know of it besides its chart. A machine that is
 * listed in `MACHINES` is drawn, has its page, and is held to everything that holds for all machines.
 */
export interface MachineEntry {
  /** As files and users spell it: `replica-link`. */
  readonly name: string;
  readonly title: string;
  /** One or two sentences: whose state this is, from when to when. */
  readonly about: string;
  /** The section of docs/protocol.md. */
  readonly section: string;
  /** Where it exists at all. */
  readonly dialects: readonly Dialect[];
  readonly create: (rules: Ruleset) => AnyStateMachine;
  /** Inputs to begin with; several where the beginning makes a difference. Empty where the machine takes none. */
  readonly inputs: (dialect: Dialect) => readonly unknown[];
  readonly events: Readonly<Record<string, EventEntry>>;
  /** By the path of the state, as `following.handshake.awaitingPong`; of all states, also of those with states inside. */
  readonly states: Readonly<Record<string, StateEntry>>;
  /** By the guard's name. */
  readonly guards: Readonly<Record<string, GuardEntry>>;
  /** By the action's name; of effects alone, because notes in the context concern nobody outside. */
  readonly effects: Readonly<Record<string, EffectEntry>>;
}
