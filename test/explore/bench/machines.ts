import { type AnyMachineSnapshot, initialTransition, transition } from 'xstate';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { CompiledMachine } from '../../../src/explore/machine/compiled-machine.ts';

/**
 * `npm run bench:machines`: the compiled step of each machine and XState's own, on the same snapshots and events, taking
 * turns. A step that does nothing is left out: it would flatter whoever is quick to see that.
 */
const ROUNDS = 15;
const XSTATE_STEPS = 2000;
const COMPILED_STEPS = 40_000;

const DIALECT = 'redis-7';

/** Snapshots of one machine for each state that its samples lead to, and the events that it heeds there. */
interface Case {
  readonly from: AnyMachineSnapshot;
  readonly event: { readonly type: string };
}

const casesOf = (entry: MachineEntry): Case[] => {
  const machine = entry.create(STANDARD);
  const inputs = entry.inputs(DIALECT);
  const queue: AnyMachineSnapshot[] = (inputs.length === 0 ? [undefined] : inputs).map(
    (input) => initialTransition(machine, input)[0],
  );
  const seen = new Set(queue.map(({ value }) => JSON.stringify(value)));
  const cases: Case[] = [];
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    for (const [type, { samples }] of Object.entries(entry.events)) {
      for (const sample of samples) {
        const event = { ...sample, type };
        const [next, effects]: [AnyMachineSnapshot, readonly unknown[]] = transition(
          machine,
          from,
          event,
        );
        if (next === from && effects.length === 0) continue;
        cases.push({ from, event });
        const key = JSON.stringify(next.value);
        if (seen.has(key) || next.status !== 'active') continue;
        seen.add(key);
        queue.push(next);
      }
    }
  }
  return cases;
};

/** Processor time of one call, in microseconds. */
const timed = (calls: number, call: (index: number) => void): number => {
  const before = process.cpuUsage();
  for (let index = 0; index < calls; index += 1) call(index);
  return process.cpuUsage(before).user / calls;
};

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

const pathOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const [entry] = Object.entries(Object(value));
  return entry === undefined ? '' : `${entry[0]}.${pathOf(entry[1])}`;
};

const race = (entry: MachineEntry): void => {
  const machine = entry.create(STANDARD);
  const compiled = new CompiledMachine(machine);
  const cases = casesOf(entry);
  const numbered = cases.map(({ from, event }) => ({
    state: compiled.numberOf(pathOf(from.value)),
    context: from.context,
    event,
  }));
  const theirs: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    theirs.push(
      timed(XSTATE_STEPS, (index) => {
        const each = cases[index % cases.length];
        if (each !== undefined) transition(machine, each.from, each.event);
      }),
    );
    ours.push(
      timed(COMPILED_STEPS, (index) => {
        const each = numbered[index % numbered.length];
        if (each !== undefined) compiled.step(each.state, each.context, each.event);
      }),
    );
  }
  const [slow, quick] = [median(theirs), median(ours)];
  console.log(
    `| ${entry.name} | ${cases.length} | ${slow.toFixed(2)} | ${quick.toFixed(3)} | ${(slow / quick).toFixed(0)} |`,
  );
};

console.log('| machine | state and event | XState, µs | compiled, µs | times as fast |');
console.log('| --- | --- | --- | --- | --- |');
for (const entry of MACHINES) race(entry);
