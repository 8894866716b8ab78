import { called, demand, everyStep, named, property } from '../run-property.ts';

const CAPACITY_MIN = 16384;

export const WINDOW_ENDS_AT_OFFSET = everyStep({
  id: 'the-window-ends-at-the-offset',
  rules: ['BACKLOG-1', 'BACKLOG-2', 'BACKLOG-5', 'STREAM-1'],
  sentence:
    'The window of a backlog ends at the offset, begins at a byte that there is, and is told to hold no less than 16384 bytes.',
  needsBytes: false,
  judge: ({ nodes }) => {
    for (const [node, { alive, window, offset, backlogSize }] of nodes.entries()) {
      if (!alive) continue;
      demand(
        backlogSize >= CAPACITY_MIN,
        () => `${called(node)} is content with a backlog of ${backlogSize} bytes`,
      );
      if (window === null) continue;
      const { firstByte, histlen } = window;
      demand(
        firstByte >= 1 && histlen >= 0 && firstByte + histlen === offset + 1,
        () =>
          `${called(node)} is at ${offset} and holds ${histlen} bytes from byte ${firstByte} on`,
      );
    }
  },
});

export const WINDOW_HOLDS_ENOUGH = everyStep({
  id: 'the-backlog-keeps-what-it-is-told-to',
  rules: ['BACKLOG-3', 'BACKLOG-4'],
  sentence: 'A backlog holds all bytes since it began, or at least as many as it is told to.',
  needsBytes: true,
  judge: ({ nodes }, ledger) => {
    for (const [node, { window, backlogSize, history }] of nodes.entries()) {
      if (window === null || history === null) continue;
      const owed = Math.min(backlogSize, ledger.held(node));
      demand(
        window.histlen >= owed,
        () => `${called(node)} holds ${window.histlen} bytes of the ${owed} that it must`,
      );
    }
  },
});

export const OFFSETS_ONLY_GROW = property({
  id: 'offsets-only-grow',
  rules: ['STREAM-1', 'APPLY-1', 'BACKLOG-2'],
  sentence: 'As long as a node keeps its replid, its offset and the end of its window only grow.',
  needsBytes: false,
  watch: (begin) => {
    let before = begin;
    return {
      step: ({ nodes, operation }) => {
        for (const [node, view] of nodes.entries()) {
          const past = before[node];
          if (past === undefined || past.replid !== view.replid) continue;
          // A node that stopped goes on from what it had saved, which may be long ago.
          if (operation.do === 'restart' && operation.node === node) continue;
          demand(
            view.offset >= past.offset,
            () => `${called(node)} was at ${named(past)} and is at ${named(view)}`,
          );
        }
        before = nodes;
      },
    };
  },
});

export const UNCOUNTED_WITHOUT_BACKLOG = property({
  id: 'what-nobody-can-ask-for-does-not-count',
  rules: ['STREAM-9'],
  sentence: 'A master without a backlog writes without moving its offset.',
  needsBytes: false,
  watch: (begin) => {
    let before = begin;
    return {
      step: ({ nodes, operation }) => {
        const past = 'node' in operation ? before[operation.node] : undefined;
        const view = 'node' in operation ? nodes[operation.node] : undefined;
        before = nodes;
        if (operation.do !== 'write' || past === undefined || view === undefined) return;
        if (past.role !== 'master' || past.window !== null || view.window !== null) return;
        demand(
          view.offset === past.offset,
          () =>
            `${called(operation.node)} has no backlog and moves from ${past.offset} to ${view.offset}`,
        );
      },
    };
  },
});
