import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { nodesOf, pathOf } from '../../../models/machines/transitions.ts';
import {
  type Action,
  actionOf,
  type Context,
  type Guard,
  guardOf,
  type HeardEvent,
  MachineError,
  type Told,
} from './implementation.ts';

/** One effect, as XState's `transition` gives it. */
export interface MachineEffect {
  readonly type: string;
  readonly params: unknown;
}

/** Where a machine stands, and what the last event had done. */
export interface MachineStep {
  /** The number of an innermost state. */
  readonly state: number;
  readonly context: Context;
  readonly effects: readonly MachineEffect[];
}

/** One way out of a state. */
interface Arm {
  readonly guard: Guard | null;
  /** The number of a state; the one it begins in where it stays. */
  readonly target: number;
  readonly actions: readonly Action[];
}

/** All ways out of one state: by event, in the order in which they are tried, and without any. */
interface Row {
  readonly heard: ReadonlyMap<string, readonly Arm[]>;
  readonly unheard: readonly Arm[];
}

/** A chart that goes on by itself for so long never comes to rest. */
const UNHEARD_MAX = 1000;

const isLeaf = ({ type }: AnyStateNode): boolean => type === 'atomic' || type === 'final';

const refuseUnsupported = (node: AnyStateNode): void => {
  const path = pathOf(node) || node.machine.id;
  const fail = (what: string): never => {
    throw new MachineError(`${path}: ${what} has no compiled form`);
  };
  if (node.type === 'parallel' || node.type === 'history') fail(`a ${node.type} state`);
  if (node.invoke.length > 0) fail('invoke');
  if (node.after.length > 0) fail('after');
  const endsIt = node.parent === undefined || node.type === 'final';
  if (endsIt && node.exit.length > 0) fail('an exit action of a machine that ends');
  if ([...node.transitions.keys()].some((event) => event.includes('*'))) fail('a wildcard');
};

/** The innermost state in which a machine is once it enters a state. */
const innermost = (node: AnyStateNode): AnyStateNode => {
  if (isLeaf(node)) return node;
  const [inside] = node.initial.target ?? [];
  if (inside === undefined) throw new MachineError(`${pathOf(node)} has no initial state`);
  if (node.initial.actions.length > 0) {
    throw new MachineError(`${pathOf(node)}: an initial action has no compiled form`);
  }
  return innermost(inside);
};

/** A state and those around it, innermost first, which is the order in which an event is offered. */
const around = (node: AnyStateNode): AnyStateNode[] =>
  node.parent === undefined ? [node] : [node, ...around(node.parent)];

const isWithin = (node: AnyStateNode, outer: AnyStateNode): boolean =>
  node !== outer && around(node).includes(outer);

/** The innermost state that a transition does not leave: all inside of it are left and entered. */
const domainOf = (
  source: AnyStateNode,
  target: AnyStateNode,
  { reenter }: AnyTransitionDefinition,
): AnyStateNode => {
  if (!reenter && (target === source || isWithin(target, source))) return source;
  return around(target).find((outer) => outer !== target && isWithin(source, outer)) ?? source;
};

/** Everything that a transition does, in order: what is left, what it says itself, what is entered. */
const wordsOf = (
  leaf: AnyStateNode,
  source: AnyStateNode,
  definition: AnyTransitionDefinition,
): readonly unknown[] => {
  const [target] = definition.target ?? [];
  if (target === undefined) return definition.actions;
  const domain = domainOf(source, target, definition);
  const inside = (node: AnyStateNode) => isWithin(node, domain);
  const left = around(leaf).filter(inside);
  const entered = around(innermost(target)).filter(inside).reverse();
  return [
    ...left.flatMap(({ exit }) => exit),
    ...definition.actions,
    ...entered.flatMap(({ entry }) => entry),
  ];
};

/**
 * A machine as flat tables: a number for each innermost state, and for each state and event the arms in the order in
 * which they are tried, those of the states around it among them. Steps as XState's `transition` does, which a test
 * holds it to. Throws a `MachineError` for charts that use more than states, guards, actions and `always`.
 */
export class CompiledMachine {
  readonly states: readonly string[];
  readonly #rows: readonly Row[];

  constructor(machine: AnyStateMachine) {
    const nodes = nodesOf(machine);
    nodes.forEach(refuseUnsupported);
    const leaves = nodes.filter(isLeaf);
    const numbers = new Map(leaves.map((leaf, number) => [leaf, number]));
    const armOf = (
      leaf: AnyStateNode,
      source: AnyStateNode,
      definition: AnyTransitionDefinition,
    ): Arm => {
      const [target] = definition.target ?? [];
      return {
        guard: guardOf(machine, definition.guard),
        target: numbers.get(target === undefined ? leaf : innermost(target)) ?? -1,
        actions: wordsOf(leaf, source, definition).map((word) => actionOf(machine, word)),
      };
    };
    this.states = leaves.map(pathOf);
    this.#rows = leaves.map((leaf) => {
      const nested = around(leaf);
      const events = new Set(nested.flatMap((node) => [...node.transitions.keys()]));
      const armsOf = (definitions: (node: AnyStateNode) => readonly AnyTransitionDefinition[]) =>
        nested.flatMap((source) =>
          definitions(source).map((definition) => armOf(leaf, source, definition)),
        );
      return {
        heard: new Map(
          [...events].map((event) => [event, armsOf((node) => node.transitions.get(event) ?? [])]),
        ),
        unheard: armsOf((node) => node.always ?? []),
      };
    });
  }

  /** The number of a state by its path, as `following.connected`; -1 where there is none. */
  numberOf(path: string): number {
    return this.states.indexOf(path);
  }

  step(state: number, context: Context, event: HeardEvent): MachineStep {
    const row = this.#rows[state];
    if (row === undefined) throw new MachineError(`there is no state ${state}`);
    const effects: MachineEffect[] = [];
    const arms = row.heard.get(event.type);
    let at = arms === undefined ? null : this.#take(arms, { context, event }, effects);
    let reached: { readonly state: number; readonly context: Context } = at ?? { state, context };
    for (let turns = 0; turns < UNHEARD_MAX; turns += 1) {
      const unheard = this.#rows[reached.state]?.unheard ?? [];
      if (unheard.length === 0) break;
      at = this.#take(unheard, { context: reached.context, event }, effects);
      if (at === null) break;
      reached = at;
    }
    return { state: reached.state, context: reached.context, effects };
  }

  /** Takes the first arm whose guard holds; null where none does. */
  #take(
    arms: readonly Arm[],
    told: Told,
    effects: MachineEffect[],
  ): { readonly state: number; readonly context: Context } | null {
    for (const { guard, target, actions } of arms) {
      if (guard !== null && !guard(told)) continue;
      let { context } = told;
      for (const action of actions) {
        const now = context === told.context ? told : { context, event: told.event };
        if (action.does === 'note') context = action.note(now);
        else effects.push({ type: action.type, params: action.params(now) });
      }
      return { state: target, context };
    }
    return null;
  }
}
