import { judgeGates } from '../../models/rules/gates.ts';
import { judgeReadiness } from '../../models/rules/readiness.ts';
import { judgeReplconf, type ReplconfVerdict } from '../../models/rules/replconf.ts';
import { type Mutant, mutants } from './mutant.ts';

const refusing = (line: string) =>
  ({ answer: 'refuse', because: 'pending-replies', line }) as const;

/** The verdict on a REPLCONF as it is, but for a last touch. */
const replconf =
  (
    touch: (verdict: ReplconfVerdict, words: readonly string[]) => ReplconfVerdict,
  ): typeof judgeReplconf =>
  (words, attached, dialect) =>
    touch(judgeReplconf(words, attached, dialect), words);

const isError = ({ reply }: ReplconfVerdict, pattern: RegExp): boolean =>
  reply !== null && pattern.test(reply);

const taken = (verdict: ReplconfVerdict): ReplconfVerdict => ({ ...verdict, reply: '+OK' });

const has = (words: readonly string[], option: string): boolean =>
  words.some((word) => word.toLowerCase() === option);

/** Who may speak, who is answered, and how announcements are taken. */
export const HANDSHAKE_MUTANTS: readonly Mutant[] = mutants(
  [
    'gate-no-arity',
    'GATE-1',
    'does not count the words of SYNC and PSYNC',
    {
      judgeGates: (command, words, client, node) =>
        judgeGates(command, /sync$/.test(command.name) ? command.words : words, client, node),
    },
  ],
  [
    'gate-no-auth',
    'GATE-2',
    'lets anybody replicate without a password',
    {
      judgeGates: (command, words, client, node) =>
        judgeGates(command, words, { ...client, authenticated: true }, node),
    },
  ],
  [
    'gate-psync-in-multi',
    'GATE-3',
    'queues PSYNC in a transaction',
    {
      judgeGates: (command, words, client, node) =>
        judgeGates({ ...command, notInTransaction: false }, words, client, node),
    },
  ],
  [
    'gate-replica-writes',
    'GATE-4',
    'takes writes as a replica',
    {
      judgeGates: (command, words, client, node) =>
        judgeGates({ ...command, writes: false }, words, client, node),
    },
  ],
  [
    'ready-answers-twice',
    'READY-1',
    'answers a second PSYNC on a replica’s link with an error',
    {
      judgeReadiness: (request, client, server, dialect) =>
        client.attached
          ? refusing('-ERR already a replica')
          : judgeReadiness(request, client, server, dialect),
    },
  ],
  [
    'ready-ignores-failover-word',
    'READY-2',
    'overlooks the word FAILOVER',
    {
      judgeReadiness: (request, client, server, dialect) =>
        judgeReadiness(
          request.command === 'PSYNC' ? { ...request, failover: false } : request,
          client,
          server,
          dialect,
        ),
    },
  ],
  [
    'ready-failover-of-any-history',
    'READY-3',
    'takes over a history that is not its own',
    {
      judgeReadiness: (request, client, server, dialect) =>
        judgeReadiness(
          request.command === 'PSYNC' && request.failover
            ? { ...request, replid: server.replid }
            : request,
          client,
          server,
          dialect,
        ),
    },
  ],
  [
    'ready-while-failing-over',
    'READY-4',
    'serves replicas during a failover',
    {
      judgeReadiness: (request, client, server, dialect) =>
        judgeReadiness(request, client, { ...server, failingOver: false }, dialect),
    },
  ],
  [
    'ready-without-master',
    'READY-5',
    'serves replicas while its own link is down',
    {
      judgeReadiness: (request, client, server, dialect) =>
        judgeReadiness(request, client, { ...server, linkUp: true }, dialect),
    },
  ],
  [
    'ready-refuses-for-good',
    'READY-5',
    'says -ERR in place of -NOMASTERLINK, which replicas take for "never"',
    {
      judgeReadiness: (request, client, server, dialect) => {
        const verdict = judgeReadiness(request, client, server, dialect);
        return 'line' in verdict
          ? { ...verdict, line: verdict.line.replace('-NOMASTERLINK', '-ERR') }
          : verdict;
      },
    },
  ],
  [
    'ready-behind-pending-replies',
    'READY-6',
    'serves a client that has replies pending',
    {
      judgeReadiness: (request, client, server, dialect) =>
        judgeReadiness(request, { ...client, pendingReplies: false }, server, dialect),
    },
    { bug: 'B02' },
  ],
  [
    'ready-filter-without-eof',
    'READY-7',
    'takes a filter from a replica without capa eof',
    {
      judgeReadiness: (request, client, server, dialect) =>
        judgeReadiness(request, { ...client, exclusions: [] }, server, dialect),
    },
  ],
  [
    'ready-resyncs-despite-error',
    'READY-8',
    'answers a malformed offset with an error and resynchronizes all the same',
    {
      judgeReadiness: (request, client, server, dialect) => {
        const verdict = judgeReadiness(request, client, server, dialect);
        return verdict.answer === 'refuse' && verdict.because === 'offset-not-an-integer'
          ? { answer: 'refuse-yet-resync', line: verdict.line }
          : verdict;
      },
    },
    { bug: 'A42' },
  ],
  [
    'replconf-silent',
    'REPLCONF-1',
    'acknowledges no announcement',
    { judgeReplconf: replconf((verdict) => ({ ...verdict, reply: null })) },
  ],
  [
    'replconf-knows-all-capabilities',
    'REPLCONF-2',
    'refuses a capability that it does not know',
    {
      judgeReplconf: replconf((verdict, words) =>
        has(words, 'psyncspec-no-such-capability')
          ? { ...verdict, reply: '-ERR Unrecognized capability' }
          : verdict,
      ),
    },
  ],
  [
    'replconf-odd',
    'REPLCONF-3',
    'acknowledges an option without its value',
    {
      judgeReplconf: replconf((verdict) =>
        isError(verdict, /syntax error/) ? taken(verdict) : verdict,
      ),
    },
  ],
  [
    'replconf-empty',
    'REPLCONF-4',
    'refuses a REPLCONF without options',
    {
      judgeReplconf: replconf((verdict, words) =>
        words.length === 0 ? { ...verdict, reply: '-ERR wrong number of arguments' } : verdict,
      ),
    },
  ],
  [
    'replconf-any-option',
    'REPLCONF-5',
    'acknowledges an option that it does not know',
    {
      judgeReplconf: replconf((verdict) =>
        isError(verdict, /Unrecognized REPLCONF option/) ? taken(verdict) : verdict,
      ),
    },
  ],
  [
    'replconf-any-value',
    'REPLCONF-6',
    'acknowledges malformed values',
    {
      judgeReplconf: replconf((verdict) =>
        isError(verdict, /integer|too long|out of range/) ? taken(verdict) : verdict,
      ),
    },
  ],
  [
    'replconf-all-or-nothing',
    'REPLCONF-7',
    'undoes the options before a refused one',
    {
      judgeReplconf: replconf((verdict) =>
        isError(verdict, /^-/) ? { ...verdict, changes: [] } : verdict,
      ),
    },
  ],
  [
    'replconf-answers-ack',
    'REPLCONF-8',
    'answers ACK with +OK',
    { judgeReplconf: replconf((verdict, words) => (has(words, 'ack') ? taken(verdict) : verdict)) },
  ],
  [
    'replconf-answers-getack',
    'REPLCONF-9',
    'answers GETACK with +OK',
    {
      judgeReplconf: replconf((verdict, words) =>
        has(words, 'getack') ? taken(verdict) : verdict,
      ),
    },
    { bug: 'C11' },
  ],
  [
    'replconf-forgets-port',
    'REPLCONF-10',
    'forgets the announced port',
    {
      judgeReplconf: replconf((verdict) => ({
        ...verdict,
        changes: verdict.changes.filter(({ set }) => set !== 'listening-port'),
      })),
    },
  ],
  [
    'replconf-forgets-address',
    'REPLCONF-11',
    'forgets the announced address',
    {
      judgeReplconf: replconf((verdict) => ({
        ...verdict,
        changes: verdict.changes.filter(({ set }) => set !== 'ip-address'),
      })),
    },
  ],
);
