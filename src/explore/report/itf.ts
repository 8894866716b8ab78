import { instanceName } from '../interpret/interpreter.ts';
import type { Cells } from '../model/cells.ts';
import { combinations, sizesOf } from '../model/cells.ts';
import type { CellValue, Variable } from '../model/model.ts';
import type { Trace } from '../search/trace.ts';

/** A value in the Informal Trace Format, in which every whole number is an object. */
export type ItfValue =
  | boolean
  | { readonly '#bigint': string }
  | { readonly '#tup': readonly ItfValue[] }
  | { readonly '#map': readonly (readonly [ItfValue, ItfValue])[] }
  | readonly ItfValue[];

/** A run in the Informal Trace Format that Apalache, Quint and viewers of TLA+ read. */
export interface ItfTrace {
  readonly '#meta': Readonly<Record<string, string>>;
  readonly params: readonly string[];
  readonly vars: readonly string[];
  readonly states: readonly Readonly<Record<string, unknown>>[];
}

const whole = (value: number): ItfValue => ({ '#bigint': String(value) });

const itfValue = ({ domain }: Variable, value: CellValue): ItfValue => {
  if (typeof value !== 'number') return value.map(whole);
  return domain.holds === 'flag' ? value !== 0 : whole(value);
};

const itfVariable = (variable: Variable, read: (at: readonly number[]) => CellValue): ItfValue => {
  if (variable.over.length === 0) return itfValue(variable, read([]));
  const entries = combinations(sizesOf(variable.over)).map((at) => {
    const [first, ...rest] = at.map(whole);
    const key = first !== undefined && rest.length === 0 ? first : { '#tup': at.map(whole) };
    return [key, itfValue(variable, read(at))] as const;
  });
  return { '#map': entries };
};

/** The variable that says by which action a state was reached. */
const ACTION = 'action_taken';

/** Writes a run in the Informal Trace Format. */
export const toItf = (model: string, cells: Cells, trace: Trace): ItfTrace => {
  const states = [
    { taken: 'init', state: trace.initial },
    ...trace.steps.map(({ instance, state }) => ({ taken: instanceName(instance), state })),
  ];
  return {
    '#meta': {
      format: 'ITF',
      'format-description': 'https://apalache.informal.systems/docs/adr/015adr-trace.html',
      source: `psyncspec explore ${model}`,
    },
    params: [],
    vars: [...cells.variables.map(({ name }) => name), ACTION],
    states: states.map(({ taken, state }, index) => ({
      '#meta': { index },
      ...Object.fromEntries(
        cells.variables.map((variable) => [
          variable.name,
          itfVariable(variable, (at) => state[cells.find(variable.name, at)] ?? 0),
        ]),
      ),
      [ACTION]: taken,
    })),
  };
};
