import { getAdjacencyMap } from '@xstate/test';
import { fromTransition } from 'xstate';
import { Interpreter, instanceName } from '../../../src/explore/index.ts';
import { psync2Core } from '../../../src/explore/models/psync2-core.ts';
import type { AgreedSize } from '../sizes.ts';
import type { Contestant } from './contestants.ts';

/** XState's graph tools on the same steps, which they take for a state machine with one event for each instance. */
export const xstateGraph = ({ bounds }: AgreedSize): Contestant => ({
  name: 'XState graph tools, our interpreter',
  once: true,
  run: async () => {
    const started = performance.now();
    const before = process.cpuUsage();
    const interpreter = new Interpreter(psync2Core(bounds));
    const byName = new Map(interpreter.instances.map((each) => [instanceName(each), each]));
    let transitions = 0;
    const logic = fromTransition((state: readonly unknown[], event: { readonly type: string }) => {
      const instance = byName.get(event.type);
      // States come back as they were made, so these are those of the interpreter.
      const next =
        instance && interpreter.step(state as ReturnType<typeof interpreter.initial>, instance);
      if (!next) return state;
      transitions += 1;
      return next;
    }, interpreter.initial());
    const map = getAdjacencyMap(logic, {
      events: [...byName.keys()].map((type) => ({ type })),
      serializeState: ({ context }) => JSON.stringify(context),
      limit: Number.POSITIVE_INFINITY,
    });
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    return {
      states: Object.keys(map).length,
      transitions,
      seconds,
      cpuSeconds: (user + system) / 1e6,
      bytes: process.memoryUsage.rss(),
    };
  },
});
