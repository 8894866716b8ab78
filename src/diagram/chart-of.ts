import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { MachineEntry } from '../../models/machines/catalogue/entry.ts';
import {
  type MachineTransition,
  nameOf,
  pathOf,
  transitionsOf,
} from '../../models/machines/transitions.ts';
import type { RuleId } from '../../models/rules/registry.ts';
import { STANDARD } from '../../models/rules/ruleset.ts';
import type { Chart, ChartState, ChartTransition, Stay } from './chart.ts';

const stayOf = (node: AnyStateNode): Stay => {
  if (node.type === 'final') return 'final';
  if (node.type === 'compound') return 'around';
  return (node.always ?? []).some(({ guard }) => guard === undefined) ? 'passing' : 'resting';
};

const initialOf = (node: AnyStateNode): string | null => {
  const [first] = node.type === 'compound' ? node.initial.target : [];
  return first === undefined ? null : pathOf(first);
};

const stateOf = (entry: MachineEntry, node: AnyStateNode): ChartState => ({
  path: pathOf(node),
  name: node.key,
  means: entry.states[pathOf(node)]?.means ?? '',
  stay: stayOf(node),
  initial: initialOf(node),
  entry: effectsAmong(entry, node.entry.map(nameOf)),
  states: Object.values(node.states).map((inside) => stateOf(entry, inside)),
  mark: 'plain',
});

const effectsAmong = ({ effects }: MachineEntry, actions: readonly string[]): readonly string[] =>
  actions.filter((name) => Object.hasOwn(effects, name));

/** The rules behind the condition of a transition; where it has none, those behind what is done. */
export const rulesOf = (
  entry: MachineEntry,
  { guard, actions }: Pick<MachineTransition, 'guard' | 'actions'>,
): readonly RuleId[] => {
  const ofGuard = guard === null ? [] : (entry.guards[guard]?.rules ?? []);
  const ofEffects = effectsAmong(entry, actions).flatMap(
    (name) => entry.effects[name]?.rules ?? [],
  );
  return [...new Set(ofGuard.length > 0 ? ofGuard : ofEffects)];
};

const transitionOf = (entry: MachineEntry, transition: MachineTransition): ChartTransition => {
  const { id, from, target, event, guard, actions } = transition;
  return {
    id,
    from,
    to: target,
    event,
    guard,
    isElse: id.endsWith('/otherwise'),
    effects: effectsAmong(entry, actions),
    rules: rulesOf(entry, transition),
    mark: 'plain',
  };
};

/** The chart of a machine with everything that it does in any dialect. */
export const chartOf = (entry: MachineEntry): Chart => {
  const machine: AnyStateMachine = entry.create(STANDARD);
  return {
    name: entry.name,
    title: entry.title,
    shows: null,
    initial: initialOf(machine.root) ?? '',
    states: Object.values(machine.root.states).map((node) => stateOf(entry, node)),
    transitions: transitionsOf(machine).map((transition) => transitionOf(entry, transition)),
  };
};
