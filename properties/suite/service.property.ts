import { called, demand, property } from '../run-property.ts';
import type { NodeView, Step } from '../system.ts';

/** Operations that break nothing: whoever was connected stays so. */
const BREAKS_NOTHING: ReadonlySet<string> = new Set([
  'write',
  'transaction',
  'pass',
  'settle',
  'wait',
]);

/** Whether everybody who follows somebody is connected and nothing is under way; a link that was cut may break yet. */
class Rest {
  #isCut = false;
  holds = false;

  see({ nodes, quiet, operation }: Step): void {
    if (operation.do === 'cut' || operation.do === 'expire') this.#isCut = true;
    if (operation.do === 'settle') this.#isCut = false;
    this.holds =
      quiet &&
      !this.#isCut &&
      nodes.every(({ master, linkUp, alive }) => alive && (master === null || linkUp));
  }
}

export const NO_LINK_LOST_WITHOUT_FAULT = property({
  id: 'no-link-breaks-by-itself',
  rules: ['LIVE-3', 'LIVE-5', 'FULL-4', 'APPLY-5', 'LINK-5'],
  sentence: 'Where everybody is connected and nothing breaks, nobody has to ask again.',
  needsBytes: false,
  watch: () => {
    const rest = new Rest();
    return {
      step: (step) => {
        const asked = step.resyncs.find(({ replica }) => replica !== null);
        demand(
          !rest.holds || !BREAKS_NOTHING.has(step.operation.do) || asked === undefined,
          () => `${called(asked?.replica ?? null)} asks again without need`,
        );
        rest.see(step);
      },
    };
  },
});

export const BUDGET_OF_FULLS = property({
  id: 'no-endless-full-resynchronization',
  rules: ['FULL-4', 'FULL-11', 'XFER-1', 'LINK-2'],
  sentence:
    'While nothing breaks, no replica is resynchronized in full more often than the cluster has nodes.',
  needsBytes: false,
  watch: (begin) => ({
    step: ({ resyncs, operation }) => {
      if (operation.do !== 'settle') return;
      for (const node of begin.keys()) {
        const count = resyncs.filter(
          (each) => each.replica === node && each.answer === 'full',
        ).length;
        demand(
          count <= begin.length,
          () => `${called(node)} is resynchronized ${count} times and no end`,
        );
      }
    },
  }),
});

/** How many bytes a PING takes in the stream. */
const PING_LENGTH = 14;

const LONG_ENOUGH_FOR_PING = 10_500;

export const PINGS = property({
  id: 'a-master-is-heard-of',
  rules: ['STREAM-8'],
  sentence: 'A master with replicas writes a PING into the stream every ten seconds.',
  needsBytes: false,
  watch: (begin) => {
    let before: Pick<Step, 'nodes' | 'quiet' | 'at'> = { nodes: begin, quiet: true, at: 0 };
    return {
      step: (step) => {
        const past = before;
        before = step;
        if (step.operation.do !== 'pass' || step.at - past.at < LONG_ENOUGH_FOR_PING) return;
        for (const [node, { role, offset, replicas }] of step.nodes.entries()) {
          const then = past.nodes[node];
          if (role !== 'master' || then?.role !== 'master' || !isServing(then)) continue;
          if (!replicas.some(({ state }) => state === 'online')) continue;
          demand(
            offset >= then.offset + PING_LENGTH,
            () => `${called(node)} is silent for ${(step.at - past.at) / 1000} seconds`,
          );
        }
      },
    };
  },
});

const isServing = ({ replicas }: NodeView): boolean =>
  replicas.some(({ state }) => state === 'online');

export const COUNTERS_TELL = property({
  id: 'counters-tell-what-happened',
  rules: ['STATS-1', 'STATS-2', 'STATS-3', 'STATS-5'],
  sentence:
    'Counters of resynchronizations grow by one for each answer, and for each answer of its kind alone.',
  needsBytes: true,
  watch: (begin) => {
    let before = begin;
    const waiting = new Map<number, number>();
    return {
      step: ({ nodes, resyncs, operation }) => {
        for (const [node, { counters }] of nodes.entries()) {
          const past = before[node]?.counters;
          if (past === undefined) continue;
          if (operation.do === 'restart' && operation.node === node) {
            waiting.delete(node);
            continue;
          }
          const own = resyncs.filter(({ master }) => master === node);
          const continued = own.filter(({ answer }) => answer === 'continued').length;
          demand(
            counters.syncPartialOk - past.syncPartialOk === continued,
            () =>
              `${called(node)} continued ${continued} replicas and counts ${counters.syncPartialOk - past.syncPartialOk}`,
          );
          // A full resynchronization counts when it is asked for and is answered when its snapshot starts.
          const fulls = own.filter(({ answer }) => answer === 'full').length;
          const due = (waiting.get(node) ?? 0) + counters.syncFull - past.syncFull - fulls;
          demand(
            due >= 0,
            () => `${called(node)} began ${fulls} full resynchronizations and does not count them`,
          );
          waiting.set(node, due);
          const failed = own.filter(
            ({ answer, asked }) => answer === 'full' && !asked.replid.startsWith('?'),
          ).length;
          demand(
            counters.syncPartialErr <= counters.syncFull &&
              (due > 0 || failed === 0 || counters.syncPartialErr > 0),
            () => `${called(node)} refused to continue ${failed} replicas and counts none`,
          );
        }
        before = nodes;
      },
    };
  },
});

/** How long a WAIT waits, in milliseconds. */
const WAIT_TIMEOUT = 300;

export const WAIT_TELLS_TRUE = property({
  id: 'wait-counts-those-who-have-the-write',
  rules: ['ACK-1', 'ACK-2', 'ACK-3', 'ACK-4', 'ACK-5', 'ACK-7'],
  sentence:
    'WAIT counts no replica that lacks the write, and is over as soon as enough connected replicas have it.',
  needsBytes: false,
  watch: (begin) => {
    let before: Pick<Step, 'nodes' | 'at'> = { nodes: begin, at: 0 };
    const rest = new Rest();
    return {
      step: (step) => {
        const past = before;
        const rested = rest.holds;
        before = step;
        rest.see(step);
        const { operation, outcome, nodes, at } = step;
        if (operation.do !== 'wait' || outcome.outcome !== 'done') return;
        const word = outcome.word ?? '';
        const counted = Number(/^:(\d+)/.exec(outcome.reply ?? '')?.[1] ?? Number.NaN);
        // What is written without a backlog does not move the offset, so that a replica that has nothing has it all.
        if (Number.isNaN(counted) || past.nodes[operation.node]?.window === null) return;
        const have = nodes.filter(
          ({ data, master }) =>
            master === operation.node && data.some((text) => text.includes(word)),
        ).length;
        demand(
          counted <= have,
          () => `WAIT counts ${counted} replicas, of which ${have} have the write`,
        );
        const serves =
          past.nodes[operation.node]?.replicas.filter(({ node }) => node !== null).length ?? 0;
        if (!rested || serves < operation.replicas) return;
        demand(
          counted >= operation.replicas && at - past.at < WAIT_TIMEOUT,
          () => `WAIT for ${operation.replicas} of ${serves} connected replicas runs out of time`,
        );
      },
    };
  },
});

export const ACKS_TRUE = property({
  id: 'nobody-acknowledges-what-it-lacks',
  rules: ['ACK-1', 'ACK-6', 'ACK-7'],
  sentence: 'No replica is held to have acknowledged more than it has.',
  needsBytes: false,
  watch: () => ({
    step: ({ nodes }) => {
      for (const [node, view] of nodes.entries()) {
        for (const { node: replica, acknowledged } of view.replicas) {
          const theirs = replica === null ? undefined : nodes[replica];
          if (theirs === undefined || theirs.master !== node || theirs.replid !== view.replid)
            continue;
          demand(
            acknowledged <= theirs.offset,
            () =>
              `${called(replica)} is at ${theirs.offset}, and ${called(node)} holds ${acknowledged} for acknowledged`,
          );
        }
      }
    },
  }),
});

export const NO_SELECT_WITHOUT_NEED = property({
  id: 'the-stream-carries-nothing-twice',
  rules: ['STREAM-3', 'STREAM-5'],
  sentence:
    'A second write to the database of the one before adds the bytes of its command to the stream and no others.',
  needsBytes: false,
  watch: (begin) => {
    let last: { node: number; database: number; size: number } | null = null;
    let before: readonly NodeView[] = begin;
    return {
      step: ({ operation, outcome, nodes, resyncs }) => {
        const past = before;
        const previous = last;
        before = nodes;
        last = null;
        if (operation.do !== 'write' || outcome.outcome !== 'done') {
          const isProbe =
            operation.do === 'probe' && resyncs.every(({ answer }) => answer === 'continued');
          if (isProbe || operation.do === 'pass')
            last = resyncs.every(({ answer }) => answer !== 'full') ? previous : null;
          return;
        }
        const { node, database, size } = operation;
        if (past[node]?.role !== 'master' || past[node]?.window === null || resyncs.length > 0)
          return;
        last = { node, database, size };
        const again = previous?.node === node && previous.database === database;
        if (!again || size > 1) return;
        const gained = (nodes[node]?.offset ?? 0) - (past[node]?.offset ?? 0);
        demand(
          gained < SELECT_LENGTH + APPEND_LENGTH,
          () => `${called(node)} adds ${gained} bytes to the stream for one short write`,
        );
      },
    };
  },
});

/** What SELECT takes in the stream, in bytes, and a short APPEND to the log at least. */
const SELECT_LENGTH = 23;
const APPEND_LENGTH = 33;

export const PROMOTED_SAYS_DATABASE = property({
  id: 'a-promoted-node-says-its-database',
  rules: ['STREAM-7'],
  sentence: 'The first command that a node writes after its promotion is preceded by a SELECT.',
  needsBytes: false,
  watch: (begin) => {
    let before = begin;
    let promoted: number | null = null;
    return {
      step: ({ operation, nodes, outcome }) => {
        const past = before;
        before = nodes;
        if (operation.do === 'promote') {
          const { node } = operation;
          promoted = past[node]?.role === 'slave' && nodes[node]?.role === 'master' ? node : null;
          return;
        }
        const writer = operation.do === 'write' ? operation.node : null;
        const isFirst = writer !== null && writer === promoted;
        promoted = null;
        if (!isFirst || outcome.outcome !== 'done' || past[writer]?.window === null) return;
        const gained = (nodes[writer]?.offset ?? 0) - (past[writer]?.offset ?? 0);
        demand(
          gained >= SELECT_LENGTH + APPEND_LENGTH,
          () => `${called(writer)} adds ${gained} bytes to the stream, too few for a SELECT`,
        );
      },
    };
  },
});
