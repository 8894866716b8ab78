import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/**
 * Names one arrow of a chart by where it begins, what is heard and what it depends on:
 * `following.connected/TICK/isSilentTooLong`. `always` stands for an arrow that waits for no event, `otherwise` for
 * the last of several, and `anywhere` for the machine itself. It stays as long as these three words do.
 */
export type TransitionId = string;

export interface MachineTransition {
  readonly id: TransitionId;
  /** The path of a state; empty for the machine itself. */
  readonly from: string;
  /** Null where the transition waits for none. */
  readonly event: string | null;
  readonly guard: string | null;
  /** The path of a state, or null where the machine stays in the state it is in. */
  readonly target: string | null;
  /** Names of actions, notes in the context among them. */
  readonly actions: readonly string[];
}

/** The path of a state from the machine down, as the catalogue spells it. */
export const pathOf = (node: AnyStateNode): string => node.path.join('.');

/** A machine's states, each before the ones inside of it; the machine itself comes first. */
export const nodesOf = (machine: AnyStateMachine): readonly AnyStateNode[] => {
  const below = (node: AnyStateNode): AnyStateNode[] => [
    node,
    ...Object.values(node.states).flatMap(below),
  ];
  return below(machine.root);
};

/** The name of a guard or an action. Charts hold nothing but names. */
export const nameOf = (word: unknown): string => {
  if (typeof word === 'string') return word;
  const named = typeof word === 'object' && word !== null && 'type' in word ? word.type : null;
  return typeof named === 'string' ? named : '(no name)';
};

const guardOf = ({ guard }: AnyTransitionDefinition): string | null =>
  guard === undefined ? null : nameOf(guard);

interface Arrow {
  readonly event: string | null;
  readonly isOneOfSeveral: boolean;
  readonly definition: AnyTransitionDefinition;
}

const arrowsFrom = (node: AnyStateNode): readonly Arrow[] => {
  const heard: (readonly [string | null, readonly AnyTransitionDefinition[]])[] = [
    ...node.transitions,
    [null, node.always ?? []],
  ];
  return heard.flatMap(([event, definitions]) =>
    definitions.map((definition) => ({
      event,
      isOneOfSeveral: definitions.length > 1,
      definition,
    })),
  );
};

const idOf = (node: AnyStateNode, { event, isOneOfSeveral, definition }: Arrow): TransitionId => {
  const condition = guardOf(definition) ?? (isOneOfSeveral ? 'otherwise' : null);
  return [pathOf(node) || 'anywhere', event ?? 'always', condition]
    .filter((word) => word !== null)
    .join('/');
};

/** The path of the state where a transition begins; empty for the machine itself. */
export const sourceOf = (id: TransitionId): string => {
  const from = id.slice(0, id.indexOf('/'));
  return from === 'anywhere' ? '' : from;
};

/** Every arrow of a machine's chart, from the machine down and in the order in which they are tried. */
export const transitionsOf = (machine: AnyStateMachine): readonly MachineTransition[] =>
  nodesOf(machine).flatMap((node) =>
    arrowsFrom(node).map((arrow) => {
      const [target] = arrow.definition.target ?? [];
      return {
        id: idOf(node, arrow),
        from: pathOf(node),
        event: arrow.event,
        guard: guardOf(arrow.definition),
        target: target === undefined ? null : pathOf(target),
        actions: arrow.definition.actions.map(nameOf),
      };
    }),
  );

/** The effect by which a machine tells which transition it takes. */
export const TOLD = 'tellTransition';

const telling = (node: AnyStateNode, arrow: Arrow): AnyTransitionDefinition => ({
  ...arrow.definition,
  actions: [{ type: TOLD, params: { id: idOf(node, arrow) } }, ...arrow.definition.actions],
});

/** A copy of a machine whose first effect of each transition is its ID: `{ type: TOLD, params: { id } }`. */
export const tellingTransitions = (machine: AnyStateMachine): AnyStateMachine => {
  const copy: AnyStateMachine = machine.provide({});
  for (const node of nodesOf(copy)) {
    const arrows = arrowsFrom(node);
    const told = (event: string | null) =>
      arrows.filter((arrow) => arrow.event === event).map((arrow) => telling(node, arrow));
    for (const event of node.transitions.keys()) node.transitions.set(event, told(event));
    if (node.always !== undefined) node.always = told(null);
  }
  return copy;
};
