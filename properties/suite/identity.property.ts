import { called, demand, everyAnswer, everyStep, property, shortened } from '../run-property.ts';
import type { NodeView, Resync } from '../system.ts';

export const NAMES_WELL_FORMED = everyStep({
  id: 'replids-are-40-lowercase-hexadecimal-digits',
  rules: ['REPLID-1', 'ADOPT-2', 'ANS-3'],
  sentence: 'Every replid that a node shows is 40 lowercase hexadecimal digits.',
  needsBytes: false,
  judge: ({ nodes }) => {
    for (const [node, { alive, replid, replid2 }] of nodes.entries()) {
      for (const name of alive ? [replid, replid2 ?? replid] : []) {
        demand(/^[0-9a-f]{40}$/.test(name), () => `${called(node)} calls its history "${name}"`);
      }
    }
  },
});

export const ONE_PRODUCER = everyStep({
  id: 'one-master-for-each-replid',
  rules: ['PROMO-3', 'REPLID-2'],
  sentence: 'No two masters ever have the same replid.',
  needsBytes: false,
  judge: ({ nodes }) => {
    const masters = nodes.flatMap((view, node) =>
      view.alive && view.role === 'master' ? [[node, view.replid] as const] : [],
    );
    for (const [node, replid] of masters) {
      const other = masters.find(([each, name]) => each !== node && name === replid);
      demand(
        other === undefined,
        () => `${called(node)} and ${called(other?.[0] ?? null)} both produce ${shortened(replid)}`,
      );
    }
  },
});

export const UNCOUNTED_NOT_GIVEN = everyAnswer({
  id: 'a-new-replid-whenever-history-may-fork',
  rules: ['REPLID-2', 'REPLID-3'],
  sentence: 'A name under which bytes were written that nobody counted is given to no replica.',
  needsBytes: true,
  judge: ({ master, line, answer }, ledger) => {
    const replid = line.split(' ')[1] ?? '';
    demand(
      answer === 'refused' || !ledger.wroteUncounted(master, replid),
      () =>
        `${called(master)} gives out ${shortened(replid)}, under which it wrote bytes that do not count`,
    );
  },
});

/** No backlog goes sooner than this after its last replica, in milliseconds: a little less than the shortest ttl. */
const TTL_LEAST = 4000;

export const EXPIRY_ENDS_HISTORY = property({
  id: 'without-a-backlog-the-history-has-a-new-name',
  rules: ['REPLID-3', 'BACKLOG-6'],
  sentence:
    'A master gives its backlog up when its ttl is over and not before, and then has a replid that nobody was told, and the offset it had.',
  needsBytes: false,
  watch: (begin) => {
    let before = begin;
    const told = new Set<string>();
    const servedAt = new Map<number, number>();
    return {
      step: ({ nodes, operation, outcome, at }) => {
        const past = before;
        before = nodes;
        for (const [node, view] of nodes.entries()) {
          if (view.role === 'slave') told.add(view.replid);
          if (view.role !== 'master' || past[node]?.role !== 'master' || view.replicas.length > 0) {
            servedAt.set(node, at);
          }
          const isWaitedOut = operation.do === 'expire' && operation.node === node;
          demand(
            !isWaitedOut || outcome.outcome !== 'done' || view.window === null,
            () => `${called(node)} keeps a backlog beyond its time`,
          );
          if (operation.do === 'restart' && operation.node === node) continue;
          const had = past[node];
          if (had?.role !== 'master' || had.window === null) continue;
          if (view.role !== 'master' || view.window !== null) continue;
          demand(
            operation.do === 'expire' || at - (servedAt.get(node) ?? 0) >= TTL_LEAST,
            () => `${called(node)} gives its backlog up before its time`,
          );
          demand(
            !told.has(view.replid) && view.offset === had.offset,
            () =>
              `${called(node)} was at ${shortened(had.replid)}:${had.offset} and is at ${shortened(view.replid)}:${view.offset} without a backlog`,
          );
        }
      },
    };
  },
});

export const FULL_REPLACES_IDENTITY = property({
  id: 'a-full-resynchronization-leaves-no-past',
  rules: ['REPLID-5'],
  sentence: 'A replica that took its master’s data has no second name.',
  needsBytes: true,
  watch: () => {
    const last = new Map<number, Resync>();
    return {
      answer: (resync) => {
        if (resync.replica !== null) last.set(resync.replica, resync);
      },
      step: ({ nodes }) => {
        for (const [node, { answer, transfer }] of last) {
          const view = nodes[node];
          if (answer !== 'full' || transfer.snapshot === null || !view?.linkUp) continue;
          demand(
            view.role !== 'slave' || !transfer.isOpen() || view.replid2 === null,
            () =>
              `${called(node)} was resynchronized in full and still honours ${shortened(view.replid2 ?? '')}`,
          );
        }
      },
    };
  },
});

const CHANGES_NO_ID: ReadonlySet<string> = new Set([
  'write',
  'transaction',
  'promote',
  'wait',
  'resize',
  'probe',
]);

export const NAMES_KEPT = property({
  id: 'serving-replicas-changes-no-name',
  rules: ['REPLID-4', 'PROMO-6'],
  sentence:
    'A master that has a backlog keeps its names whoever attaches, and when it is told to be a master.',
  needsBytes: false,
  watch: (begin) => {
    let before = begin;
    return {
      step: ({ nodes, operation }) => {
        for (const [node, view] of nodes.entries()) {
          const past = before[node];
          if (
            !CHANGES_NO_ID.has(operation.do) ||
            !isSettledMaster(past) ||
            !isSettledMaster(view)
          ) {
            continue;
          }
          demand(
            view.replid === past.replid && view.replid2 === past.replid2,
            () => `${called(node)} had ${shortened(past.replid)} and has ${shortened(view.replid)}`,
          );
        }
        before = nodes;
      },
    };
  },
});

const isSettledMaster = (view: NodeView | undefined): view is NodeView =>
  view !== undefined && view.role === 'master' && view.window !== null;

export const PROMOTION_KEEPS = property({
  id: 'promotion-keeps-offset-backlog-and-past',
  rules: ['PROMO-1', 'PROMO-2', 'PROMO-3', 'PROMO-4'],
  sentence:
    'A replica that is promoted keeps offset and backlog, has a new replid, and the old one as replid2 up to its next byte.',
  needsBytes: false,
  watch: (begin) => {
    let before = begin;
    return {
      step: ({ nodes, operation }) => {
        for (const [node, view] of nodes.entries()) {
          const past = before[node];
          if (operation.do !== 'promote' || past?.role !== 'slave' || view.role !== 'master') {
            continue;
          }
          demand(
            view.offset === past.offset && (past.window === null || view.window !== null),
            () => `${called(node)} was at ${past.offset} and is promoted at ${view.offset}`,
          );
          demand(
            view.replid2 === past.replid && view.secondReplOffset === past.offset + 1,
            () =>
              `${called(node)} was at ${shortened(past.replid)}:${past.offset} and honours ${shortened(view.replid2 ?? 'nothing')} up to ${view.secondReplOffset}`,
          );
          demand(view.replid !== past.replid, () => `${called(node)} keeps its replid`);
        }
        before = nodes;
      },
    };
  },
});

export const SECOND_NAME_SOUND = everyStep({
  id: 'replid2-is-honoured-no-further-than-it-agrees',
  rules: ['PROMO-2', 'ADOPT-1', 'REPLID-5'],
  sentence:
    'Whoever honours a second replid has the bytes that were known by it, up to the bound and at most up to its own next byte.',
  needsBytes: true,
  judge: ({ nodes }, ledger) => {
    for (const [node, view] of nodes.entries()) {
      const { replid2, secondReplOffset, offset, history } = view;
      if (replid2 === null || secondReplOffset === null || history === null) continue;
      demand(
        secondReplOffset <= offset + 1,
        () => `${called(node)} is at ${offset} and honours replid2 up to ${secondReplOffset}`,
      );
      const old = ledger.named(replid2);
      if (old === undefined) continue;
      const shared = Math.min(secondReplOffset - 1, old.offset);
      const theirs = old.history.upTo(Math.max(0, old.history.length - old.offset + shared));
      const agrees = theirs.length <= history.length && history.startsWith(theirs);
      demand(
        agrees,
        () => `${called(node)} honours ${shortened(replid2)}, whose bytes are not its own`,
      );
    }
  },
});

export const RESTART_KEEPS_OR_GIVES_UP = property({
  id: 'a-restart-keeps-history-or-gives-it-up',
  rules: ['RESTART-1', 'RESTART-2', 'RESTART-3', 'RESTART-5'],
  sentence:
    'A node that saved and was started again goes on with name, offset and data of its history, as a master under a new name, or has a new name and offset 0.',
  needsBytes: false,
  watch: (begin) => {
    let before = begin;
    return {
      step: ({ nodes, operation, outcome }) => {
        const past = operation.do === 'restart' ? before[operation.node] : undefined;
        const view = operation.do === 'restart' ? nodes[operation.node] : undefined;
        before = nodes;
        if (past === undefined || view === undefined || outcome.outcome !== 'done') return;
        if (operation.do === 'restart') judgeRestart(operation, past, view);
      },
    };
  },
});

const judgeRestart = (
  { node, saves }: { readonly node: number; readonly saves: boolean },
  past: NodeView,
  view: NodeView,
): void => {
  const own = view.role === 'master' ? view.replid2 : view.replid;
  demand(
    view.role === past.role && (view.role === 'slave' || view.replid !== past.replid),
    () => `${called(node)} is ${view.role} ${shortened(view.replid)} after its restart`,
  );
  if (!saves || past.window === null) return;
  // Masters before 7.0 take nothing of their history over a restart (RESTART-5).
  const gaveUp = view.role === 'master' && view.replid2 === null && view.offset === 0;
  if (gaveUp) return;
  demand(
    own === past.replid && view.data.every((text, index) => text === past.data[index]),
    () =>
      `${called(node)} saved ${shortened(past.replid)}:${past.offset} and begins with ${shortened(own ?? 'nothing')}:${view.offset}`,
  );
  demand(
    view.role === 'slave' || view.window !== null,
    () => `${called(node)} honours its old name after its restart and keeps no backlog`,
  );
  demand(
    view.offset >= past.offset &&
      (view.role === 'slave' || view.secondReplOffset === past.offset + 1),
    () => `${called(node)} stopped at ${past.offset} and begins at ${view.offset}`,
  );
};
