import { combinations, sizesOf } from '../model/cells.ts';
import { ModelError } from '../model/check.ts';
import type { CellValue, Model, Variable } from '../model/model.ts';
import { TlaAction } from './tla-action.ts';
import { domainSet, setName, TlaExpressions } from './tla-expression.ts';

/** A TLA+ module and the configuration with which TLC checks it. */
export interface TlaExport {
  readonly name: string;
  readonly module: string;
  readonly configuration: string;
}

/** TLA+ names have no hyphens. */
const moduleName = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '_');

/** Names with a meaning of their own in the exported module. */
const RESERVED = new Set(
  (
    'ASSUME ASSUMPTION AXIOM CASE CHOOSE CONSTANT CONSTANTS DOMAIN ELSE ENABLED EXCEPT EXTENDS IF IN INSTANCE LET ' +
    'LOCAL MODULE OTHER SUBSET THEN THEOREM UNCHANGED UNION VARIABLE VARIABLES WITH BOOLEAN TRUE FALSE STRING Int ' +
    'Nat Seq Append Head Tail Len SubSeq SelectSeq vars TypeOK Init Next Spec Max Min IsPrefixOf BoundedSeq'
  ).split(' '),
);

const checkNames = (model: Model): void => {
  const names = [
    ...model.indexSets.map(setName),
    ...[...model.variables, ...model.actions].map(({ name }) => name),
    ...[...model.always, ...model.sometimes, ...model.eventually].map(({ name }) => name),
  ];
  const taken = names.find(
    (name, place) => RESERVED.has(name) || /^(WF|SF)_/.test(name) || names.indexOf(name) < place,
  );
  if (taken === undefined) return;
  throw new ModelError(
    `TLA+ export: the name '${taken}' has another meaning there: choose another`,
  );
};

const OPERATORS = [
  'Max(_a, _b) == IF _a < _b THEN _b ELSE _a',
  'Min(_a, _b) == IF _a < _b THEN _a ELSE _b',
  'IsPrefixOf(_s, _t) == Len(_s) =< Len(_t) /\\ SubSeq(_t, 1, Len(_s)) = _s',
  'BoundedSeq(_items, _longest) == UNION {[1.._n -> _items] : _n \\in 0.._longest}',
];

const literal = ({ domain }: Variable, value: CellValue): string => {
  if (typeof value !== 'number') return `<<${value.join(', ')}>>`;
  if (domain.holds === 'flag') return value === 0 ? 'FALSE' : 'TRUE';
  return String(value);
};

/** A family starts as a function of its members: a constant one where all start alike. */
const initial = (variable: Variable): string => {
  const places = combinations(sizesOf(variable.over));
  const values = places.map((at) => literal(variable, variable.initially(at)));
  const [first = ''] = values;
  if (variable.over.length === 0) return first;
  const members = variable.over.map((_, dimension) => `_n${dimension + 1}`);
  const domain = variable.over.map(
    (set, dimension) => `${members[dimension]} \\in ${setName(set)}`,
  );
  if (values.every((value) => value === first)) return `[${domain.join(', ')} |-> ${first}]`;
  const cases = places.map((at, place) => {
    const here = at.map((index, dimension) => `${members[dimension]} = ${index}`);
    return `${here.join(' /\\ ')} -> ${values[place]}`;
  });
  return `[${domain.join(', ')} |-> CASE ${cases.join(' [] ')}]`;
};

const typeOf = (variable: Variable): string => {
  const values = domainSet(variable.domain);
  if (variable.over.length === 0) return `${variable.name} \\in ${values}`;
  return `${variable.name} \\in [${variable.over.map(setName).join(' \\X ')} -> ${values}]`;
};

const conjunction = (parts: readonly string[]): string =>
  parts.map((part) => `  /\\ ${part}`).join('\n');

const fairness = (model: Model): string[] =>
  [...new Set(model.eventually.flatMap(({ fair }) => fair))].map((name) => {
    const action = model.actions.find((known) => known.name === name);
    const instance = action === undefined ? name : new TlaAction(model, action).instance();
    return `WF_vars(${instance})`;
  });

/**
 * Writes a model for TLC. TLC's "states generated" is the number of transitions and one more, since it counts the
 * initial state, and its "depth" is the number of levels and one more. Throws a `ModelError` for the few effects that
 * this way of writing has no place for.
 */
export const exportTla = (model: Model): TlaExport => {
  checkNames(model);
  const name = moduleName(model.name);
  const variables = model.variables.map((variable) => variable.name).join(', ');
  const actions = model.actions.map((action) => new TlaAction(model, action));
  const tla = new TlaExpressions(model);
  const properties = [...model.always, ...model.sometimes];
  const settings = Object.entries(model.settings).map(([key, value]) => `${key} ${value}`);
  const fair = fairness(model);
  const module = [
    `---- MODULE ${name} ----`,
    `\\* ${model.name}: ${settings.join(', ')}`,
    'EXTENDS Integers, Sequences',
    '',
    `VARIABLES ${variables}`,
    `vars == <<${variables}>>`,
    '',
    ...model.indexSets.map((set) => `${setName(set)} == 0..${set.size - 1}`),
    ...OPERATORS,
    '',
    'TypeOK ==',
    conjunction(model.variables.map(typeOf)),
    '',
    'Init ==',
    conjunction(model.variables.map((variable) => `${variable.name} = ${initial(variable)}`)),
    '',
    ...actions.flatMap((action) => [action.definition(), '']),
    'Next ==',
    actions.map((action) => `  \\/ ${action.instance()}`).join('\n'),
    '',
    ['Spec == Init /\\ [][Next]_vars', ...fair].join(' /\\ '),
    '',
    ...properties.map((property) => `${property.name} == ${tla.truth(property.holds)}`),
    ...model.eventually.map(
      (property) => `${property.name} == ${tla.truth(property.from)} ~> ${tla.truth(property.to)}`,
    ),
    '====',
    '',
  ].join('\n');
  const invariants = ['TypeOK', ...model.always.map((property) => property.name)];
  const configuration = [
    'SPECIFICATION Spec',
    ...invariants.map((invariant) => `INVARIANT ${invariant}`),
    ...model.eventually.map((property) => `PROPERTY ${property.name}`),
    'CHECK_DEADLOCK FALSE',
    '',
  ].join('\n');
  return { name, module, configuration };
};
