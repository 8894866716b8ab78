import { completesUnit, historyOfLink } from '../../models/rules/application.ts';
import {
  announcements,
  capaCommand,
  isAcceptablePong,
  psyncCommand,
} from '../../models/rules/handshake.ts';
import { idsAfterContinue } from '../../models/rules/identity.ts';
import { judgeAnswer, judgeHeader } from '../../models/rules/master-link.ts';
import { processedOffset } from '../../models/vocabulary/index.ts';
import { type Mutant, mutants } from './mutant.ts';

/** What a replica does wrong with its master. */
export const REPLICA_MUTANTS: readonly Mutant[] = mutants(
  [
    'hand-gives-up-at-noauth',
    'HAND-2',
    'gives up when PING is answered with -NOAUTH',
    {
      isAcceptablePong: (line, dialect) =>
        !line.startsWith('-NOAUTH') && isAcceptablePong(line, dialect),
    },
  ],
  [
    'hand-gives-up-at-noperm',
    'HAND-2',
    'gives up when PING is answered with -NOPERM',
    {
      isAcceptablePong: (line, dialect) =>
        !line.startsWith('-NOPERM') && isAcceptablePong(line, dialect),
    },
    { bug: 'B28' },
  ],
  [
    'hand-any-pong',
    'HAND-2',
    'goes on whatever PING is answered with',
    { isAcceptablePong: () => true },
  ],
  [
    'hand-exact-pong',
    'HAND-2',
    'goes on with +PONG and no other status',
    {
      isAcceptablePong: (line, dialect) =>
        line.startsWith('+') ? line === '+PONG' : isAcceptablePong(line, dialect),
    },
  ],
  [
    'hand-ignores-refused-auth',
    'HAND-3',
    'goes on without a password',
    { isRefusedAuth: () => false },
  ],
  ['hand-one-by-one', 'HAND-5', 'waits for each answer in turn', { isPipelined: () => false }],
  [
    'hand-all-at-once',
    'HAND-6',
    'announces everything at once',
    { isPipelined: () => true },
    { dialect: 'redis-6.0' },
  ],
  [
    'hand-no-psync2',
    'HAND-8',
    'keeps capa psync2 to itself',
    {
      capaCommand: (dialect) => capaCommand(dialect).slice(0, 3),
      announcements: (settings, dialect) =>
        announcements(settings, dialect).map((words) =>
          words[1] === 'capa' ? words.slice(0, 3) : words,
        ),
    },
  ],
  [
    'hand-no-address',
    'HAND-8',
    'keeps its configured address to itself',
    {
      announcements: (settings, dialect) => announcements({ ...settings, address: null }, dialect),
    },
  ],
  [
    'hand-no-version',
    'HAND-8',
    'keeps its version to itself',
    {
      announcesVersion: () => false,
      announcements: (settings, dialect) =>
        announcements(settings, dialect).filter((words) => words[1] !== 'version'),
    },
    { dialect: 'valkey-8' },
  ],
  [
    'ask-last-byte',
    'ASK-1',
    'asks for the last byte that it has instead of the next',
    {
      psyncCommand: (cached, handsOver, dialect) => {
        const words = psyncCommand(cached, handsOver, dialect);
        return cached === null
          ? words
          : [words[0] ?? '', cached.replid, String(cached.offset), ...words.slice(3)];
      },
    },
  ],
  [
    'ask-one-beyond',
    'ASK-1',
    'asks for one byte beyond the next',
    {
      psyncCommand: (cached, handsOver, dialect) =>
        psyncCommand(
          cached === null ? null : { ...cached, offset: processedOffset(cached.offset + 1) },
          handsOver,
          dialect,
        ),
    },
  ],
  [
    'ask-never-continues',
    'ASK-1',
    'asks for everything each time',
    { psyncCommand: (_cached, handsOver, dialect) => psyncCommand(null, handsOver, dialect) },
  ],
  [
    'ask-zero',
    'ASK-2',
    'asks for byte 0 where it has no history',
    {
      psyncCommand: (cached, handsOver, dialect) =>
        cached === null ? ['PSYNC', '?', '0'] : psyncCommand(cached, handsOver, dialect),
    },
  ],
  [
    'ans-no-patience',
    'ANS-1',
    'takes an empty line for a refusal',
    {
      judgeAnswer: (line, dialect) =>
        line === '' ? { means: 'no-psync' } : judgeAnswer(line, dialect),
    },
  ],
  [
    'ans-offset-one-more',
    'ANS-2',
    'begins to count one byte too late',
    {
      judgeAnswer: (line, dialect) => {
        const answer = judgeAnswer(line, dialect);
        return answer.means === 'full-resync'
          ? { ...answer, offset: processedOffset(answer.offset + 1) }
          : answer;
      },
    },
  ],
  [
    'ans-offset-zero',
    'ANS-2',
    'begins to count at 0',
    {
      judgeAnswer: (line, dialect) => {
        const answer = judgeAnswer(line, dialect);
        return answer.means === 'full-resync' ? { ...answer, offset: processedOffset(0) } : answer;
      },
    },
  ],
  [
    'ans-32-bits',
    'ANS-2',
    'keeps 32 bits of the offset',
    {
      judgeAnswer: (line, dialect) => {
        const answer = judgeAnswer(line, dialect);
        return answer.means === 'full-resync'
          ? { ...answer, offset: processedOffset(answer.offset >>> 0) }
          : answer;
      },
    },
  ],
  [
    'ans-refuses-malformed',
    'ANS-3',
    'takes a malformed +FULLRESYNC for a refusal',
    {
      judgeAnswer: (line, dialect) => {
        const answer = judgeAnswer(line, dialect);
        return answer.means === 'full-resync' && answer.replid === null
          ? { means: 'no-psync' }
          : answer;
      },
    },
  ],
  [
    'ans-exact-continue',
    'ANS-4',
    'knows +CONTINUE only as a whole word',
    {
      judgeAnswer: (line, dialect) =>
        /^\+CONTINUE\S/.test(line) ? { means: 'no-psync' } : judgeAnswer(line, dialect),
    },
  ],
  [
    'ans-not-now-is-no',
    'ANS-5',
    'takes -NOMASTERLINK and -LOADING for a refusal',
    {
      judgeAnswer: (line, dialect) => {
        const answer = judgeAnswer(line, dialect);
        return answer.means === 'later' ? { means: 'no-psync' } : answer;
      },
    },
  ],
  [
    'ans-every-error-is-later',
    'ANS-6',
    'takes every error for "not now"',
    {
      judgeAnswer: (line, dialect) =>
        line.startsWith('-') ? { means: 'later' } : judgeAnswer(line, dialect),
    },
  ],
  [
    'ans-any-case',
    'ANS-6',
    'reads answers without regard to case',
    { judgeAnswer: (line, dialect) => judgeAnswer(line.toUpperCase(), dialect) },
  ],
  [
    'ans-silence-is-no',
    'ANS-7',
    'takes half an answer for a refusal',
    { takesSilenceForNo: () => true },
  ],
  [
    'xfer-no-marks',
    'XFER-1',
    'takes every header for a length',
    {
      judgeHeader: (line) => judgeHeader(line.replace('$EOF:', '$')),
    },
  ],
  [
    'xfer-no-keep-alives',
    'XFER-1',
    'ends the transfer at an empty line',
    { judgeHeader: (line) => (line === '' ? { header: 'refused' } : judgeHeader(line)) },
  ],
  [
    'xfer-any-header',
    'XFER-1',
    'waits on at a header that is none',
    {
      judgeHeader: (line) => {
        const verdict = judgeHeader(line);
        return verdict.header === 'refused' ? { header: 'wait' } : verdict;
      },
    },
  ],
  [
    'xfer-gives-up-early',
    'XFER-2',
    'gives up its history when a snapshot is announced',
    { givesUpHistoryAt: () => 'announced' },
    { bug: 'A38' },
  ],
  [
    'link-waits-for-cron',
    'LINK-2',
    'reconnects at the turn of its cron',
    { reconnectsAtOnce: () => false },
  ],
  [
    'link-forgets-history',
    'LINK-3',
    'forgets its history with its link',
    { historyOfLink: () => null },
  ],
  [
    'link-forgets-database',
    'LINK-3',
    'forgets the database of the stream with its link',
    {
      historyOfLink: (link) => {
        const history = historyOfLink(link);
        return history === null ? null : { ...history, database: 0 };
      },
    },
    { bug: 'A21' },
  ],
  [
    'link-never-times-out',
    'LINK-5',
    'waits for a silent master for ever',
    { linkTimedOut: () => false },
  ],
  [
    'link-forgets-at-replicaof',
    'LINK-6',
    'forgets its history when it is told to follow another',
    { historyOfLink: () => null },
  ],
  [
    'link-drops-replicas',
    'LINK-8',
    'drops its replicas when it is told to follow another',
    { dropsReplicasAtReplicaof: () => true },
  ],
  [
    'ack-never-unasked',
    'ACK-6',
    'acknowledges only when it is asked',
    { acknowledgesBySecond: () => false },
  ],
  [
    'ack-waits-after-mark',
    'ACK-8',
    'acknowledges a snapshot with a mark at the turn of its cron',
    { acknowledgesAfterLoad: () => false },
  ],
  [
    'apply-transaction-in-parts',
    'APPLY-2',
    'counts the commands of a transaction one by one',
    { completesUnit: ({ command }) => command !== null },
  ],
  [
    'apply-newline-alone',
    'APPLY-3',
    'counts a newline before the command behind it',
    {
      completesUnit: (piece) =>
        piece.command === null ? !piece.inTransaction : completesUnit(piece),
    },
    { bug: 'A13' },
  ],
  [
    'apply-asks-behind-what-it-read',
    'APPLY-6',
    'asks behind what it read instead of what it applied',
    {
      historyOfLink: (link) => {
        const history = historyOfLink(link);
        return history === null ? null : { ...history, offset: link.read };
      },
    },
    { bug: 'A15' },
  ],
  [
    'apply-half-commands',
    'APPLY-1',
    'counts the bytes of a command that has not ended',
    {
      historyOfLink: (link) => {
        const history = historyOfLink(link);
        return history === null ? null : { ...history, offset: link.read };
      },
    },
    { bug: 'A14' },
  ],
  [
    'adoption-of-39',
    'ADOPT-2',
    'takes any name behind +CONTINUE for a replid',
    {
      idsAfterContinue: (ids, offset, named) =>
        named === null || named === ids.replid
          ? ids
          : idsAfterContinue(ids, offset, named.trim().slice(0, 40)),
    },
  ],
  [
    'adoption-of-hexadecimals',
    'ADOPT-1',
    'adopts only replids of hexadecimal digits',
    {
      idsAfterContinue: (ids, offset, named) =>
        named !== null && /[^0-9a-f]/i.test(named) ? ids : idsAfterContinue(ids, offset, named),
    },
  ],
);
