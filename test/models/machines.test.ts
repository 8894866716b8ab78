import test from 'ava';
import { initialTransition, transition } from 'xstate';
import { replicaLink } from '../../models/machines/replica-link.ts';
import type { LinkEvent } from '../../models/machines/replica-link-terms.ts';
import { replicaSession } from '../../models/machines/replica-session.ts';
import type { MasterView, SessionEvent } from '../../models/machines/replica-session-terms.ts';
import { type Dialect, nextByte, processedOffset } from '../../models/vocabulary/index.ts';

const MASTER: MasterView = {
  role: 'master',
  linkUp: true,
  failingOver: false,
  ids: { replid: 'a'.repeat(40), replid2: null, secondReplOffset: null },
  window: { firstByte: nextByte(1), histlen: 100 },
};

/** Walks a session through events, and tells states and effects by name. */
const walkSession = (dialect: Dialect, events: readonly SessionEvent[]): string[] => {
  const machine = replicaSession();
  let [snapshot] = initialTransition(machine, { dialect });
  return events.map((event) => {
    const [next, effects] = transition(machine, snapshot, event);
    snapshot = next;
    const { value } = next;
    const state = typeof value === 'string' ? value : value.attached;
    return [`${event.type} -> ${state}`, ...effects.map(({ type }) => type)].join(', ');
  });
};

const psync = (replid: string, next: number): SessionEvent => ({
  type: 'PSYNC',
  replid,
  nextByte: nextByte(next),
  failover: false,
  pendingReplies: false,
  master: MASTER,
  at: 0,
});

test('a session that continues is online at once', (t) => {
  t.deepEqual(walkSession('redis-7', [psync(MASTER.ids.replid, 101)]), [
    'PSYNC -> online, countResync, replyContinue, openStream',
  ]);
});

test('a session with a diskless snapshot is not given the stream before its first ACK', (t) => {
  const offset = processedOffset(100);
  t.deepEqual(
    walkSession('redis-7', [
      psync('?', -1),
      { type: 'TICK', at: 1, timeoutSeconds: 60 },
      { type: 'SNAPSHOT_STARTED', replid: MASTER.ids.replid, offset, target: 'socket' },
      { type: 'TICK', at: 2, timeoutSeconds: 60 },
      { type: 'SNAPSHOT_SENT', at: 3 },
      { type: 'TICK', at: 4, timeoutSeconds: 60 },
      { type: 'ACK', offset: processedOffset(0), at: 5 },
      { type: 'TICK', at: 65, timeoutSeconds: 60 },
      { type: 'TICK', at: 66, timeoutSeconds: 60 },
    ]),
    [
      'PSYNC -> awaitingSnapshotStart, countResync, requestSnapshot',
      'TICK -> awaitingSnapshotStart, sendNewline',
      'SNAPSHOT_STARTED -> awaitingSnapshotEnd, replyFullResync',
      'TICK -> awaitingSnapshotEnd',
      'SNAPSHOT_SENT -> awaitingFirstAck',
      'TICK -> awaitingFirstAck',
      'ACK -> online, openStream',
      'TICK -> online',
      'TICK -> closed, closeLink',
    ],
  );
});

/** Walks a link through events, and tells states and effects by name. */
const walkLink = (dialect: Dialect, events: readonly LinkEvent[]): string[] => {
  const machine = replicaLink();
  let [snapshot] = initialTransition(machine, { dialect, cached: null });
  return events.map((event) => {
    const [next, effects] = transition(machine, snapshot, event);
    snapshot = next;
    const state = JSON.stringify(next.value).replaceAll(/[{}"]/g, '').replace('following:', '');
    return [`${event.type} -> ${state}`, ...effects.map(({ type }) => type)].join(', ');
  });
};

const settings = {
  user: null,
  password: null,
  listeningPort: 7777,
  address: null,
  version: '9.0.0',
};

const line = (text: string): LinkEvent => ({ type: 'LINE', line: text, load: 'from-disk', at: 1 });

const follow: LinkEvent = {
  type: 'REPLICAOF',
  master: { host: 'host', port: 1 },
  history: { replid: 'a'.repeat(40), offset: processedOffset(100), database: 0 },
  handsOver: false,
  at: 0,
};

const tick = (at: number): LinkEvent => ({ type: 'TICK', at, timeoutSeconds: 60, history: null });

test('from 6.2 on a link is dialled at once and its announcements go out together', (t) => {
  t.deepEqual(
    walkLink('redis-7', [
      follow,
      { type: 'LINK_UP', settings, at: 1 },
      line('+PONG'),
      line('-ERR unknown'),
      line('+OK'),
      line('-NOMASTERLINK later'),
      tick(2),
    ]),
    [
      'REPLICAOF -> connecting, dial',
      'LINK_UP -> handshake:awaitingPong, sendCommands',
      'LINE -> handshake:awaitingPort, sendCommands',
      'LINE -> handshake:awaitingCapa',
      'LINE -> handshake:awaitingPsync, sendCommands',
      'LINE -> connect, hangUp, abortFailover',
      'TICK -> connecting, dial',
    ],
  );
});

test('up to 6.0 the cron dials, and every announcement waits for its answer', (t) => {
  t.deepEqual(
    walkLink('redis-6.0', [
      follow,
      tick(1),
      { type: 'LINK_UP', settings, at: 1 },
      line('+PONG'),
      line('+OK'),
      line('+OK'),
      line(`+CONTINUE ${'b'.repeat(40)}`),
      { type: 'STREAM_BROKEN' },
      tick(2),
    ]),
    [
      'REPLICAOF -> connect',
      'TICK -> connecting, dial',
      'LINK_UP -> handshake:awaitingPong, sendCommands',
      'LINE -> handshake:awaitingPort, sendCommands',
      'LINE -> handshake:awaitingCapa, sendCommands',
      'LINE -> handshake:awaitingPsync, sendCommands',
      'LINE -> connected, continueStream, endFailover',
      'STREAM_BROKEN -> broken',
      'TICK -> connect, hangUp',
    ],
  );
});

test('an event that means nothing leaves a machine where it is', (t) => {
  const machine = replicaLink();
  const [snapshot] = initialTransition(machine, { dialect: 'redis-7', cached: null });
  const [next, effects] = transition(machine, snapshot, line('+PONG'));
  t.is(next.value, 'none');
  t.deepEqual(effects, []);
});
