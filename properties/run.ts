import type { Case } from './operations.ts';
import { Ledger } from './oracle/ledger.ts';
import { type RunProperty, Violation, type Watcher } from './run-property.ts';
import type { NodeView, Resync, Step, System, Trace } from './system.ts';

/** A sentence that did not hold, and where. */
export interface Finding {
  readonly property: RunProperty;
  /** The number of the operation, from 0. */
  readonly step: number;
  readonly why: string;
}

export interface RunResult {
  readonly trace: Trace;
  /** The first finding of each property. */
  readonly findings: readonly Finding[];
}

/** Watches one run with all properties at once; each one ends with its first finding. */
class Watch {
  readonly findings: Finding[] = [];
  readonly #ledger: Ledger;
  #watchers: { readonly property: RunProperty; readonly watcher: Watcher }[];

  constructor(properties: readonly RunProperty[], begin: readonly NodeView[]) {
    this.#ledger = new Ledger(begin);
    this.#watchers = properties.map((property) => ({ property, watcher: property.watch(begin) }));
  }

  see(step: Step, index: number): void {
    for (const resync of step.resyncs) this.#seeAnswer(resync, index);
    const { operation, nodes } = step;
    this.#ledger.see(nodes, operation.do === 'restart' ? operation.node : null);
    this.#each(index, (watcher) => watcher.step?.(step, this.#ledger));
  }

  #seeAnswer(resync: Resync, index: number): void {
    this.#ledger.seeRequest(resync);
    this.#each(index, (watcher) => watcher.answer?.(resync, this.#ledger));
    this.#ledger.seeAnswer(resync);
  }

  #each(step: number, look: (watcher: Watcher) => void): void {
    const found = new Set<RunProperty>();
    for (const { property, watcher } of this.#watchers) {
      try {
        look(watcher);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        found.add(property);
        this.findings.push({ property, step, why: error.message });
      }
    }
    if (found.size > 0) {
      this.#watchers = this.#watchers.filter(({ property }) => !found.has(property));
    }
  }
}

/** Does what a case says, lets everything come to rest, and looks for what must not be. */
export const runCase = async (
  system: System,
  { operations, ...cluster }: Case,
  properties: readonly RunProperty[],
): Promise<RunResult> => {
  const begin = await system.reset(cluster);
  const visible = properties.filter(({ needsBytes }) => system.showsBytes || !needsBytes);
  const watch = new Watch(visible, begin);
  const steps: Step[] = [];
  for (const operation of [...operations, { do: 'settle' } as const]) {
    const step = await system.perform(operation);
    watch.see(step, steps.length);
    steps.push(step);
  }
  return { trace: { system: system.name, begin, steps }, findings: watch.findings };
};
