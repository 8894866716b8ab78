import { called, demand, property } from '../run-property.ts';
import type { NodeView, Step } from '../system.ts';

/** Whether one node is an online replica of another, as that one sees it. */
const serves = (nodes: readonly NodeView[], master: number, replica: number): boolean =>
  nodes[master]?.replicas.some(({ node, state }) => node === replica && state === 'online') ??
  false;

export const HANDS_OVER_TO_REPLICAS = property({
  id: 'a-master-hands-over-to-its-replicas-alone',
  rules: ['FAILOVER-1', 'REPLCONF-10'],
  sentence:
    'FAILOVER is taken by a master that is at rest for an online replica of its own, and for nobody else.',
  needsBytes: false,
  watch: (begin) => {
    let past: Pick<Step, 'nodes' | 'quiet'> = { nodes: begin, quiet: true };
    return {
      step: (step) => {
        const { nodes, quiet } = past;
        past = step;
        const { operation, outcome } = step;
        if (operation.do !== 'failover' || outcome.outcome !== 'done' || !quiet) return;
        const { node, to } = operation;
        const taken = outcome.reply?.startsWith('+') ?? false;
        const owed = nodes[node]?.role === 'master' && serves(nodes, node, to);
        demand(
          taken === owed,
          () => `${called(node)} ${taken ? 'hands' : 'does not hand'} over to ${called(to)}`,
        );
      },
    };
  },
});

export const HANDOVER_LOSES_NOTHING = property({
  id: 'a-failover-loses-no-write',
  rules: ['FAILOVER-2', 'FAILOVER-3'],
  sentence: 'Whoever takes over has every write of the one that hands over.',
  needsBytes: false,
  watch: () => {
    let handed: { readonly from: number; readonly data: readonly string[] } | null = null;
    return {
      step: ({ operation, outcome, nodes }) => {
        if (operation.do === 'failover') {
          const data = nodes[operation.node]?.data;
          const taken = outcome.outcome === 'done' && outcome.reply?.startsWith('+OK');
          handed = taken && data ? { from: operation.node, data } : null;
        } else if (operation.do !== 'pass' && operation.do !== 'settle') handed = null;
        const view = handed && nodes[handed.from];
        const master = view?.master == null || !view.linkUp ? undefined : nodes[view.master];
        if (handed === null || master?.role !== 'master') return;
        const { data, from } = handed;
        demand(
          data.every((text, index) => master.data[index]?.startsWith(text) ?? false),
          () =>
            `${called(from)} had ${JSON.stringify(data.join('|'))} and follows one that has ${JSON.stringify(master.data.join('|'))}`,
        );
      },
    };
  },
});
