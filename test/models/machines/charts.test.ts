import test from 'ava';
import { assign, createMachine, setup } from 'xstate';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';

type Config = Readonly<Record<string, unknown>>;

const isConfig = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const isName = (word: unknown): boolean =>
  typeof word === 'string' || (isConfig(word) && typeof word.type === 'string');

const offencesOfArrow = (arrow: unknown, at: string): string[] => {
  if (!isConfig(arrow)) return [];
  const { guard, actions } = arrow;
  return [
    ...(guard === undefined || isName(guard) ? [] : [`${at}: a guard without a name`]),
    ...listOf(actions)
      .filter((action) => !isName(action))
      .map(() => `${at}: an action without a name`),
  ];
};

/** What a state's configuration holds besides names: timers, actors, code. */
const offencesOf = (state: unknown, at: string): string[] => {
  if (!isConfig(state)) return [];
  const events = Object.entries(isConfig(state.on) ? state.on : {});
  const arrows = [...events, ['always', state.always], ['onDone', state.onDone]] as const;
  const inside = Object.entries(isConfig(state.states) ? state.states : {});
  return [
    ...['after', 'invoke'].filter((word) => word in state).map((word) => `${at}: ${word}`),
    ...(at !== 'machine' && events.some(([event]) => event.includes('*'))
      ? [`${at}: a wildcard below the machine hides what is heard around`]
      : []),
    ...[...listOf(state.entry), ...listOf(state.exit)]
      .filter((action) => !isName(action))
      .map(() => `${at}: an action without a name`),
    ...arrows.flatMap(([event, each]) =>
      listOf(each).flatMap((arrow) => offencesOfArrow(arrow, `${at}/${event}`)),
    ),
    ...inside.flatMap(([name, each]) => offencesOf(each, `${at}.${name}`)),
  ];
};

for (const entry of MACHINES) {
  test(`the chart of ${entry.name} holds names alone: no timer, no actor, no code`, (t) => {
    t.deepEqual(offencesOf(entry.create(STANDARD).config, 'machine'), []);
  });
}

const faults = {
  after: createMachine({ initial: 'one', states: { one: { after: { 1000: 'two' } }, two: {} } }),
  invoke: createMachine({ initial: 'one', states: { one: { invoke: { src: 'dial' } } } }),
  'a guard without a name': createMachine({
    initial: 'one',
    states: { one: { on: { GO: { guard: () => true, target: 'two' } } }, two: {} },
  }),
  'an action without a name': setup({ types: { context: {} as { n: number } } }).createMachine({
    context: { n: 0 },
    initial: 'one',
    states: { one: { always: { target: 'two', actions: [assign({ n: 1 })] } }, two: {} },
  }),
  'a wildcard below': createMachine({ initial: 'one', states: { one: { on: { '*': 'one' } } } }),
  'deep inside, an action without a name': createMachine({
    initial: 'one',
    states: { one: { initial: 'two', states: { two: { entry: () => {} } } } },
  }),
};

for (const [fault, machine] of Object.entries(faults)) {
  test(`a chart with ${fault} is found out`, (t) => {
    const [offence = '', ...more] = offencesOf(machine.config, 'machine');
    t.deepEqual(more, []);
    t.true(offence.includes(fault.split(', ').at(-1) ?? fault), offence);
  });
}
