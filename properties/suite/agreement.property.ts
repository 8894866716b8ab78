import { called, demand, everyStep, named, property } from '../run-property.ts';
import type { NodeView, Step } from '../system.ts';

const isBeginning = (one: readonly string[], other: readonly string[]): boolean =>
  one.every((text, index) => (other[index] ?? '').startsWith(text));

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.every((text, index) => text === other[index]);

const shown = (data: readonly string[]): string => JSON.stringify(data.join('|'));

/** What was seen under one name at one offset, and where. */
interface Sighting {
  readonly node: number;
  readonly data: readonly string[];
}

export const SAME_NAME_SAME_DATA = property({
  id: 'same-name-same-data',
  rules: ['PSYNC-1', 'PSYNC-2', 'REPLID-3', 'PROMO-3', 'STREAM-2', 'STREAM-4', 'APPLY-4'],
  sentence: 'Nodes that show the same replid and offset have the same data.',
  needsBytes: false,
  watch: () => {
    const seen = new Map<string, Sighting>();
    return {
      step: ({ nodes }) => {
        for (const [node, view] of nodes.entries()) {
          const name = `${view.replid}:${view.offset}`;
          const first = seen.get(name);
          if (first === undefined) seen.set(name, { node, data: view.data });
          else if (first.node !== node) {
            demand(
              same(first.data, view.data),
              () =>
                `${called(first.node)} and ${called(node)} both called it ${named(view)}, but have ${shown(first.data)} and ${shown(view.data)}`,
            );
          }
        }
      },
    };
  },
});

/** Every node that follows another, with that one. */
const pairs = (
  nodes: readonly NodeView[],
): (readonly [node: number, replica: NodeView, master: NodeView])[] =>
  nodes.flatMap((replica, node) => {
    const master = replica.master === null ? undefined : nodes[replica.master];
    return master === undefined || !replica.alive || !master.alive
      ? []
      : [[node, replica, master] as const];
  });

export const PREFIX_BEHIND_MASTER = everyStep({
  id: 'replica-holds-a-beginning-of-its-master',
  rules: ['STREAM-4', 'APPLY-1', 'APPLY-4', 'FULL-5', 'FULL-11'],
  sentence:
    'The data of a connected replica that shares its master’s replid is the beginning of its master’s data, and its offset is not ahead.',
  needsBytes: false,
  judge: ({ nodes }) => {
    for (const [node, replica, master] of pairs(nodes)) {
      if (!replica.linkUp || replica.replid !== master.replid) continue;
      demand(
        replica.offset <= master.offset,
        () => `${called(node)} is at ${named(replica)}, ahead of its master at ${named(master)}`,
      );
      demand(
        isBeginning(replica.data, master.data),
        () =>
          `${called(node)} has ${shown(replica.data)} where its master has ${shown(master.data)}`,
      );
    }
  },
});

/**
 * Whether following masters ends somewhere. Two nodes that hand over follow each other for a moment, and for ever if the
 * one that gives up its part is restarted just then.
 */
const leadsToMaster = (nodes: readonly NodeView[], start: number): boolean => {
  let view = nodes[start];
  for (let hops = 0; hops < nodes.length && view != null && view.master !== null; hops += 1) {
    view = nodes[view.master];
  }
  return view?.master === null;
};

export const CONVERGES = property({
  id: 'everybody-converges',
  rules: [
    'ADOPT-1',
    'ADOPT-3',
    'PROMO-5',
    'READY-2',
    'READY-5',
    'LINK-1',
    'LINK-3',
    'ACK-6',
    'FULL-8',
    'FAILOVER-4',
    'FAILOVER-5',
  ],
  sentence:
    'Once links are healed and writes have ceased, every replica is soon online and has its master’s replid, offset and data.',
  needsBytes: false,
  watch: () => {
    let restarted = false;
    return {
      step: (step) => {
        restarted ||= step.operation.do === 'restart';
        if (step.operation.do !== 'settle') return;
        const circle = step.nodes.findIndex((_, node) => !leadsToMaster(step.nodes, node));
        demand(circle < 0 || restarted, () => `${called(circle)} follows itself, round a circle`);
        if (circle < 0) judgeRest(step);
      },
    };
  },
});

const judgeRest = ({ nodes, quiet }: Step): void => {
  for (const [node, replica, master] of pairs(nodes)) {
    demand(replica.linkUp, () => `${called(node)} is not connected to its master again`);
    demand(
      replica.replid === master.replid && replica.offset === master.offset,
      () => `${called(node)} is at ${named(replica)} and its master at ${named(master)}`,
    );
    demand(
      same(replica.data, master.data),
      () => `${called(node)} has ${shown(replica.data)} where its master has ${shown(master.data)}`,
    );
  }
  demand(quiet, () => 'the cluster does not come to rest: something is not acknowledged');
};

export const TRANSACTIONS_WHOLE = everyStep({
  id: 'transactions-are-whole',
  rules: ['STREAM-6', 'APPLY-2', 'APPLY-6'],
  sentence: 'No node ever has one write of a transaction without the other right behind it.',
  needsBytes: false,
  judge: ({ nodes, resyncs }) => {
    const everything = [
      ...nodes.map(({ data }) => data),
      ...resyncs.flatMap(({ transfer }) => transfer.snapshot?.data ?? []).map((text) => [text]),
    ];
    for (const text of everything.flat()) {
      const half = /(\d+)a;(?!\1b;)|(?:^|;)(\d+)b;/.exec(text.replace(/(\d+)a;\1b;/g, ''));
      demand(half === null, () => `half of a transaction in ${JSON.stringify(text)}`);
    }
  },
});

export const ONLY_MASTERS_WRITE = property({
  id: 'only-the-master-adds',
  rules: ['GATE-4'],
  sentence: 'Only the master of a history adds to it: a replica refuses writes.',
  needsBytes: false,
  watch: (begin) => {
    let before = begin;
    return {
      step: ({ operation, outcome, nodes }) => {
        const past = before;
        before = nodes;
        if (operation.do !== 'write' && operation.do !== 'transaction') return;
        if (outcome.outcome !== 'done' || outcome.reply === null) return;
        const { node } = operation;
        demand(
          past[node]?.role === 'master' || outcome.reply.startsWith('-'),
          () => `${called(node)} is a replica and takes a write`,
        );
      },
    };
  },
});
