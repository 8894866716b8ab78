import { type FullResyncReason, judgePsync } from '../models/rules/partial-resync.ts';
import { nextByte } from '../models/vocabulary/index.ts';
import type { NodeView, Resync, Step, Trace } from './system.ts';

const REASONS: readonly FullResyncReason[] = [
  'requested',
  'unknown-history',
  'past-second-offset',
  'no-backlog',
  'before-window',
  'after-window',
];

const full = (because: FullResyncReason): string => `full, because ${because}`;

/** What a run of enough cases must have come across; one that has not proved nothing. */
export const RUN_REACHES: readonly string[] = [
  ...REASONS.map(full),
  'continued under replid',
  'continued under replid2',
  'continued from the first byte of the backlog',
  'continued with nothing missing',
  'a replica with replicas adopts a new replid',
  'a backlog expires',
  'a restarted replica is continued',
  'a restarted master continues a replica',
  'a restarted node has lost its history',
  'a transaction is cut in the middle',
  'a snapshot with a mark',
  'a snapshot with a length',
  'two replicas share a snapshot',
  'a failover succeeds',
  'a WAIT is satisfied',
  'a write is refused by a replica',
  'a replica is refused for want of a master link',
];

/** Why a request was answered as it was, by the rules as they are. */
const reasonOf = ({ asked, before: { master } }: Resync): string => {
  const window = master.window && {
    firstByte: nextByte(master.window.firstByte),
    histlen: master.window.histlen,
  };
  const ids = {
    replid: master.replid,
    replid2: master.replid2,
    secondReplOffset: master.secondReplOffset === null ? null : nextByte(master.secondReplOffset),
  };
  const request = { replid: asked.replid, nextByte: nextByte(asked.nextByte) };
  const verdict = judgePsync(request, ids, window);
  return verdict.resync === 'full' ? full(verdict.because) : `continued under ${verdict.under}`;
};

const ofAnswer = (resync: Resync, nodes: readonly NodeView[]): string[] => {
  const { answer, asked, before, transfer, line } = resync;
  const { window } = before.master;
  if (answer === 'refused') {
    return line.startsWith('-NOMASTERLINK')
      ? ['a replica is refused for want of a master link']
      : [];
  }
  if (answer === 'full') {
    const target = transfer.marked ? 'a snapshot with a mark' : 'a snapshot with a length';
    return transfer.snapshotAt === null ? [reasonOf(resync)] : [reasonOf(resync), target];
  }
  const adopts = before.replica !== null && line.split(' ')[1] !== before.replica.replid;
  const hasReplicas = nodes.some(({ master }) => master !== null && master === resync.replica);
  return [
    reasonOf(resync),
    ...(asked.nextByte === window?.firstByte
      ? ['continued from the first byte of the backlog']
      : []),
    ...(asked.nextByte === before.master.offset + 1 ? ['continued with nothing missing'] : []),
    ...(adopts && hasReplicas ? ['a replica with replicas adopts a new replid'] : []),
  ];
};

/** Answers that show what became of a node that was started again. */
const ofRestart = (restarted: ReadonlySet<number>, { resyncs }: Step): string[] =>
  resyncs.flatMap(({ replica, master, answer }) => {
    if (answer !== 'continued' || replica === null) return [];
    return [
      ...(restarted.has(replica) ? ['a restarted replica is continued'] : []),
      ...(restarted.has(master) ? ['a restarted master continues a replica'] : []),
    ];
  });

const ofStep = (step: Step, past: readonly NodeView[]): string[] => {
  const { operation, outcome, nodes } = step;
  if (outcome.outcome !== 'done') return [];
  const reply = outcome.reply ?? '';
  const node = 'node' in operation ? operation.node : -1;
  const [before, view] = [past[node], nodes[node]];
  const expired = before?.window != null && view?.window === null && view.role === 'master';
  const found: string[] = [];
  if (operation.do === 'expire' && expired) found.push('a backlog expires');
  if (operation.do === 'restart' && view?.offset === 0 && (before?.offset ?? 0) > 0) {
    found.push('a restarted node has lost its history');
  }
  if (operation.do === 'wait' && /^:[1-9]/.test(reply)) found.push('a WAIT is satisfied');
  if (operation.do === 'write' && reply.startsWith('-READONLY')) {
    found.push('a write is refused by a replica');
  }
  return found;
};

/** Whether somebody has changed places with the one it followed. */
const handedOver = (steps: readonly Step[]): boolean =>
  steps.some(
    ({ operation, nodes, outcome }, index) =>
      operation.do === 'failover' &&
      outcome.outcome === 'done' &&
      outcome.reply === '+OK\r\n' &&
      [nodes, steps[index + 1]?.nodes].some(
        (later) =>
          later?.[operation.node]?.role === 'slave' && later[operation.to]?.role === 'master',
      ),
  );

const sharesSnapshot = (resyncs: readonly Resync[]): boolean => {
  const offsets = resyncs
    .filter(({ answer, transfer }) => answer === 'full' && transfer.snapshot !== null)
    .map(({ transfer }) => transfer.snapshot?.history);
  return new Set(offsets).size < offsets.length;
};

/** Whether a link broke with the beginning of a transaction read and its end not. */
const cutInTransaction = (resyncs: readonly Resync[]): boolean =>
  resyncs.some(({ transfer }) => transfer.lostInTransaction());

/** Labels of what a run came across. */
export const reachedBy = ({ begin, steps }: Trace): ReadonlySet<string> => {
  const reached = new Set<string>();
  const restarted = new Set<number>();
  const all = steps.flatMap(({ resyncs }) => resyncs);
  let past = begin;
  for (const step of steps) {
    if (step.operation.do === 'restart') restarted.add(step.operation.node);
    for (const resync of step.resyncs)
      for (const label of ofAnswer(resync, past)) reached.add(label);
    for (const label of [...ofRestart(restarted, step), ...ofStep(step, past)]) reached.add(label);
    past = step.nodes;
  }
  if (handedOver(steps)) reached.add('a failover succeeds');
  if (sharesSnapshot(all)) reached.add('two replicas share a snapshot');
  if (cutInTransaction(all)) reached.add('a transaction is cut in the middle');
  return reached;
};
