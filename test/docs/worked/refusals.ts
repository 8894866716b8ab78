import { NOT_READY_BY, type SyncClient, type SyncServer } from '../../../models/rules/readiness.ts';
import { nextByte, processedOffset } from '../../../models/vocabulary/index.ts';
import { type Kind, UnreadableRow } from './kind.ts';
import { dialectOf } from './lines.ts';
import { asCode, codeOf, replidOf } from './notation.ts';

const CLIENT: SyncClient = {
  attached: false,
  pendingReplies: false,
  capabilities: [],
  exclusions: [],
};
const MASTER: SyncServer = {
  role: 'master',
  linkUp: false,
  failingOver: false,
  replid: replidOf('a'),
};
const REQUEST = {
  command: 'PSYNC',
  replid: replidOf('x'),
  nextByte: nextByte(101),
  failover: false,
} as const;

/** Who asks whom for what where each rule refuses. */
const REFUSED = {
  'READY-2': [{ ...REQUEST, failover: true }, CLIENT, MASTER],
  'READY-3': [{ ...REQUEST, failover: true }, CLIENT, { ...MASTER, role: 'slave', linkUp: true }],
  'READY-4': [REQUEST, CLIENT, { ...MASTER, failingOver: true }],
  'READY-5': [REQUEST, CLIENT, { ...MASTER, role: 'slave' }],
  'READY-6': [REQUEST, { ...CLIENT, pendingReplies: true }, MASTER],
  'READY-7': [REQUEST, { ...CLIENT, exclusions: ['data'] }, MASTER],
  'READY-8': [{ ...REQUEST, nextByte: null }, CLIENT, MASTER],
} as const;

const isRefusing = (rule: string | undefined): rule is keyof typeof REFUSED =>
  rule !== undefined && Object.hasOwn(REFUSED, rule);

/** Refusals of PSYNC, word for word. */
export const readiness: Kind = {
  begin: (_, rules) => (row) => {
    if (!isRefusing(row.rule)) throw new UnreadableRow(`${row.rule} refuses no PSYNC`);
    const [request, client, server] = REFUSED[row.rule];
    const judged = rules.judgeReadiness(request, client, server, dialectOf(row.dialect));
    if (judged.answer !== 'refuse') return { answer: judged.answer };
    return { rule: NOT_READY_BY[judged.because], answer: asCode(judged.line) };
  },
};

const VERDICTS = {
  continued: { resync: 'partial', from: nextByte(101), under: 'replid' },
  full: { resync: 'full', because: 'unknown-history' },
  refused: null,
} as const;

const isVerdict = (word: string | undefined): word is keyof typeof VERDICTS =>
  word !== undefined && Object.hasOwn(VERDICTS, word);

/** What each request adds to the counters. */
export const counters: Kind = {
  begin: (_, rules) => (row) => {
    if (!isVerdict(row.verdict)) throw new UnreadableRow(`"${row.verdict}" is no verdict`);
    const [name, replid = ''] = codeOf(row.request).split(' ');
    const added = rules.countResync(name === 'SYNC' ? null : replid, VERDICTS[row.verdict]);
    return {
      sync_full: String(added.syncFull),
      sync_partial_ok: String(added.syncPartialOk),
      sync_partial_err: String(added.syncPartialErr),
    };
  },
};

const TARGET = { host: '127.0.0.1', port: 6380 };
const CANDIDATE = { ...TARGET, state: 'online', acknowledged: processedOffset(100) } as const;
const WISH = { target: null, force: false, timeout: null };
const NODE = { role: 'master', state: 'none', candidates: [CANDIDATE] } as const;

/** What FAILOVER was told, and by whom, where it is refused. */
const FAILOVERS = {
  'the timeout is 0': [{ ...WISH, timeout: 0 }, NODE],
  'the node is a replica': [WISH, { ...NODE, role: 'slave' }],
  'it has no replicas': [WISH, { ...NODE, candidates: [] }],
  'FORCE without TO or TIMEOUT': [{ ...WISH, target: TARGET, force: true }, NODE],
  "TO names nobody's announced address": [{ ...WISH, target: { ...TARGET, port: 1 } }, NODE],
  'the target is not online': [
    { ...WISH, target: TARGET },
    { ...NODE, candidates: [{ ...CANDIDATE, state: 'sendingSnapshot' }] },
  ],
} as const;

const isFailover = (when: string | undefined): when is keyof typeof FAILOVERS =>
  when !== undefined && Object.hasOwn(FAILOVERS, when);

/** Refusals of FAILOVER, word for word. */
export const failover: Kind = {
  begin: (_, rules) => (row) => {
    if (!isFailover(row.when)) throw new UnreadableRow(`nobody knows what "${row.when}" means`);
    const [wish, node] = FAILOVERS[row.when];
    const line = rules.judgeFailover(wish, node);
    return { answer: line === null ? 'nothing' : asCode(line) };
  },
};
