import { Fold } from '../compile/fold.ts';
import { foldAgain, foldEffects } from '../compile/folded-effect.ts';
import { Knowledge } from '../compile/knowledge.ts';
import type { Bindings } from '../interpret/evaluate.ts';
import { instanceName, instancesOf } from '../interpret/interpreter.ts';
import { Cells, combinations, sizesOf } from '../model/cells.ts';
import { ModelError } from '../model/check.ts';
import type { Model, StateProperty, Variable } from '../model/model.ts';
import { PromelaEffects } from './promela-effects.ts';
import { fieldFor, PromelaExpressions } from './promela-expression.ts';

/** Names with a meaning of their own in Promela, or in the C that SPIN makes of it. */
const RESERVED = new Set(
  (
    'active assert atomic auto bit bool break byte case chan char const continue d_step default do double else empty ' +
    'enabled enum eval extern fi float for full goto hidden if in init inline int len local long ltl mtype nempty ' +
    'never nfull notrace np_ od of pc_value pid printf printm priority proctype provided register return run select ' +
    'short show signed sizeof skip static struct switch timeout trace true false typedef union unless unsigned void ' +
    'volatile while xr xs now'
  ).split(' '),
);

const checkNames = (model: Model): void => {
  const names = [...model.variables, ...model.indexSets].map(({ name }) => name);
  const taken = names.find((name, place) => RESERVED.has(name) || names.indexOf(name) < place);
  if (taken === undefined) return;
  throw new ModelError(
    `Promela export: the name '${taken}' has another meaning there: choose another`,
  );
};

const declared = ({ name, domain, over }: Variable): string => {
  const rest = over.slice(1).map((set) => `[${set.size}]`);
  const { bits } = fieldFor(domain);
  // SPIN has no arrays of bit fields.
  if (rest.length > 0)
    return `${bits === 1 ? 'bool' : bits <= 8 ? 'byte' : 'int'} ${name}${rest.join('')};`;
  return bits === 1 ? `bool ${name};` : `unsigned ${name} : ${bits};`;
};

const declarations = (model: Model): string[] => {
  const single = model.variables.filter(({ over }) => over.length === 0);
  const families = model.indexSets.flatMap((set) => {
    const members = model.variables.filter(({ over }) => over[0] === set);
    if (members.length === 0) return [];
    const record = `${set.name[0]?.toUpperCase()}${set.name.slice(1)}Record`;
    return [
      `typedef ${record} { ${members.map(declared).join(' ')} };`,
      `${record} ${set.name}[${set.size}];`,
    ];
  });
  return [...families, ...single.map(declared)];
};

const initialStatements = (model: Model, expressions: PromelaExpressions): string[] =>
  model.variables.flatMap((variable) =>
    combinations(sizesOf(variable.over)).flatMap((at) => {
      const { base, digitBits } = fieldFor(variable.domain);
      const value = variable.initially(at);
      const stored =
        typeof value === 'number'
          ? value - base
          : value.reduce((sum, item, place) => sum + (item - base) * 2 ** (place * digitBits), 0);
      if (stored === 0) return [];
      return [`${expressions.place(variable.name, at.map(String))} = ${stored}`];
    }),
  );

/** A violation is an option that is open only where the property does not hold, so that it costs no transition. */
const assertion = (
  { name, holds }: StateProperty,
  cells: Cells,
  expressions: PromelaExpressions,
) => {
  const folded = new Fold(cells, new Knowledge(cells), new Map()).of(holds);
  return `  :: !${expressions.write(folded)} -> assert(false) /* ${name} */`;
};

const option = (
  instance: ReturnType<typeof instancesOf>[number],
  cells: Cells,
  expressions: PromelaExpressions,
): string[] => {
  const { action, choices } = instance;
  const bindings: Bindings = new Map(
    action.parameters.map((binder, place) => [binder, choices[place] ?? Number.NaN]),
  );
  const knowledge = new Knowledge(cells);
  const fold = new Fold(cells, knowledge, bindings);
  const guards = action.guards.map((guard) => fold.of(guard));
  if (guards.some((guard) => guard.op === 'constant' && guard.value === 0)) return [];
  const open = guards.filter((guard) => guard.op !== 'constant');
  const guard = open.map((part) => expressions.write(part)).join(' && ') || 'true';
  const effects = foldAgain(foldEffects(action.effects, cells, knowledge, bindings), fold);
  const statements = new PromelaEffects(cells, expressions).statements(effects);
  return [
    `  /* ${instanceName(instance)} */`,
    `  :: d_step { ${[`${guard} -> ${statements[0] ?? 'skip'}`, ...statements.slice(1)].join('; ')} }`,
  ];
};

/**
 * Writes a model for SPIN: bit fields, one process, one `d_step` for each instance of an action, so that SPIN is at its
 * best. SPIN counts one state and two transitions more than there are, since its `init` sets the start values in a step
 * of its own. Throws a `ModelError` for the few effects that have no order.
 */
export const exportPromela = (model: Model): string => {
  checkNames(model);
  const cells = new Cells(model);
  const expressions = new PromelaExpressions(cells);
  const settings = Object.entries(model.settings).map(([key, value]) => `${key} ${value}`);
  const start = initialStatements(model, expressions);
  return [
    `/* ${model.name}: ${settings.join(', ')}`,
    '   spin -a FILE && gcc -O3 -DSAFETY -DNOREDUCE -DNOCOMP -DBFS -o pan pan.c && ./pan',
    '   SPIN counts one state and two transitions more: the step that sets the start values. */',
    ...declarations(model),
    '',
    'init {',
    `  d_step { ${start.join('; ') || 'skip'} }`,
    '  do',
    ...model.always.map((property) => assertion(property, cells, expressions)),
    ...instancesOf(model).flatMap((instance) => option(instance, cells, expressions)),
    '  od',
    '}',
    '',
  ].join('\n');
};
