import type { TransitionId } from '../../../models/machines/transitions.ts';
import type { RuleId } from '../../../models/rules/registry.ts';

/** A row of a table of docs/protocol.md, and where the machines have it. */
export interface ProtocolRow {
  readonly section: string;
  /** The row in short. */
  readonly says: string;
  readonly machine: string;
  /** One at least: a row without a transition is a hole. */
  readonly transitions: readonly [TransitionId, ...TransitionId[]];
  readonly rules: readonly RuleId[];
}

type Short = readonly [
  says: string,
  transitions: TransitionId | readonly [TransitionId, ...TransitionId[]],
  rules: string,
];

const isList = (of: Short[1]): of is readonly [TransitionId, ...TransitionId[]] =>
  typeof of !== 'string';

/** Rows of one section: what each says, its transitions, and its rules in one text. */
export const rowsOf = (
  section: string,
  machine: string,
  ...rows: readonly Short[]
): readonly ProtocolRow[] =>
  rows.map(([says, transitions, rules]) => ({
    section,
    says,
    machine,
    transitions: isList(transitions) ? transitions : [transitions],
    // The test looks each of them up in the registry.
    rules: (rules === '' ? [] : rules.split(' ')) as RuleId[],
  }));
