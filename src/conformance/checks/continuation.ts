import { continueLine } from '../../../models/rules/continuation.ts';
import {
  type Capability,
  nextAfter,
  nextByte,
  type PsyncRequest,
} from '../../../models/vocabulary/index.ts';
import { check } from '../check.ts';
import { expectEqual } from '../expect.ts';
import type { Lab } from '../lab.ts';
import { showPsyncReply } from '../lab.ts';
import { inconclusive } from '../outcome.ts';
import type { Observation } from '../target/observation.ts';

const lacksNothing = ({ ids, offset }: Observation): PsyncRequest => ({
  replid: ids.replid,
  nextByte: nextAfter(offset),
});

/** Continues a replica and compares the line before the stream, letter by letter. */
const saysAsPredicted = async (
  lab: Lab,
  capabilities: readonly Capability[],
  ask: (seen: Observation) => PsyncRequest,
): Promise<void> => {
  const { answer, seen } = await lab.asksAsPredicted(ask, { capabilities });
  if (answer.answer !== 'continue') throw inconclusive('the target had nothing to continue');
  const request = ask(seen);
  expectEqual(
    showPsyncReply(answer),
    continueLine(seen.ids, capabilities),
    `${capabilities.length > 0 ? `REPLCONF capa ${capabilities.join(' capa ')}, ` : ''}PSYNC ${request.replid} ${request.nextByte}`,
    'the line',
  );
};

const reply = (
  rule: 'CONT-1' | 'CONT-2',
  name: string,
  title: string,
  capabilities: readonly Capability[],
  ask: (seen: Observation) => PsyncRequest = lacksNothing,
) =>
  check(rule, name, title, async (lab) => {
    (await lab.online()).peer.close();
    await saysAsPredicted(lab, capabilities, ask);
  });

const underSecond = check(
  'CONT-1',
  'replid2',
  'a replica that asked under replid2 is told the new replid',
  async (lab) => {
    (await lab.online()).peer.close();
    await lab.write();
    await lab.promoted();
    await saysAsPredicted(lab, ['eof', 'psync2'], ({ ids }) => {
      if (ids.replid2 === null || ids.secondReplOffset === null) {
        throw inconclusive('the promoted target shows no second replid');
      }
      return { replid: ids.replid2, nextByte: nextByte(ids.secondReplOffset) };
    });
  },
  { needs: ['keys', 'role'] },
);

export const CONTINUATION_CHECKS = [
  reply('CONT-1', 'psync2', 'with capa psync2 the line names the replid', ['eof', 'psync2']),
  reply('CONT-1', 'psync2-alone', 'capa psync2 without eof is enough', ['psync2']),
  reply(
    'CONT-1',
    'capitals',
    'asked in capitals, the line names the replid as it is',
    ['eof', 'psync2'],
    (seen) => ({
      ...lacksNothing(seen),
      replid: seen.ids.replid.toUpperCase(),
    }),
  ),
  underSecond,
  reply('CONT-2', 'none', 'without any capability the line is bare', []),
  reply('CONT-2', 'eof', 'with capa eof alone the line is bare', ['eof']),
];
