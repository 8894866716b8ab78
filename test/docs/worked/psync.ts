import { REFUSED_BY, type ResyncVerdict } from '../../../models/rules/partial-resync.ts';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import {
  type BacklogWindow,
  nextByte,
  offsetBefore,
  type PsyncRequest,
  type ReplicationIds,
  windowEnd,
} from '../../../models/vocabulary/index.ts';
import { type Kind, UnreadableRow } from './kind.ts';
import { asCode, codeOf, idsOf, numberOf, replidOf, shown, windowOf } from './notation.ts';

const FRESH = replidOf('f');

const requestOf = (cell: string | undefined): PsyncRequest => {
  const [name, replid = '', next] = codeOf(cell).split(' ');
  if (name !== 'PSYNC') throw new UnreadableRow(`"${cell}" is no PSYNC`);
  return { replid: replidOf(replid), nextByte: nextByte(numberOf(next)) };
};

const ruleBehind = (verdict: ResyncVerdict): RuleId => {
  if (verdict.resync === 'full') return REFUSED_BY[verdict.because];
  return verdict.under === 'replid' ? 'PSYNC-5' : 'PSYNC-6';
};

/** The line of the answer. A node without a backlog draws a fresh replid; the page does not say its offset. */
const answerOf = (
  verdict: ResyncVerdict,
  ids: ReplicationIds,
  window: BacklogWindow | null,
  rules: Ruleset,
): string => {
  if (verdict.resync === 'partial') return rules.continueLine(ids, ['psync2']);
  const { replid } = rules.idsForFullResync(ids, window, FRESH);
  if (window === null) return `+FULLRESYNC ${replid} …`;
  return rules.fullResyncLine(replid, offsetBefore(windowEnd(window)), false) ?? 'nothing';
};

const linkTo = (rule: RuleId): string => `[${rule}](rules.md#${rule.toLowerCase()})`;

/** Requests, and what a master with these IDs and this window answers. */
export const psync: Kind = {
  begin: (_, rules) => (row) => {
    const request = requestOf(row.request);
    const ids = idsOf(row.replid, row.replid2);
    const window = windowOf(row.window);
    const verdict = rules.judgePsync(request, ids, window);
    const [, remark = ': …'] = /^\[[^\]]*\]\([^)]*\)(.*)$/.exec(row.why ?? '') ?? [];
    const follow = window === null ? 0 : windowEnd(window) - request.nextByte;
    return {
      answer: asCode(shown(answerOf(verdict, ids, window, rules))),
      why: `${linkTo(ruleBehind(verdict))}${remark.replace(/\d+(?= bytes follow)/, String(follow))}`,
    };
  },
};
