import { nextAfter, processedOffset } from '../../../../models/vocabulary/index.ts';
import { bytesOf } from '../../../wire/byte-queue.ts';
import { encodeCommand } from '../../../wire/resp.ts';
import type { Check } from '../../check.ts';
import { expectEqual } from '../../expect.ts';
import type { Lead } from '../../lead.ts';
import { inconclusive } from '../../outcome.ts';
import type { FollowedLink } from '../../target/followed-link.ts';
import { payloadOf } from '../../target/payload.ts';
import type { Peer } from '../../target/peer.ts';
import { loading } from './led.ts';

/** How long one check may go on with another position, in milliseconds. */
const BUDGET = 3000;

/** What a check has to have tried at least, spread over the whole, where its time runs out. */
const TRIED_MIN = 6;

const MARK = 'psyncspec-end-mark-'.padEnd(40, '0123456789');

/** All positions below `count`, such that the first few are spread evenly over them. */
export const spread = (count: number): number[] => {
  const bits = Math.max(1, Math.ceil(Math.log2(Math.max(2, count))));
  return Array.from({ length: 2 ** bits }, (_, index) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit += 1) reversed = reversed * 2 + ((index >> bit) & 1);
    return reversed;
  }).filter((position) => position < count);
};

/** Does something at one position after another until all are done, or time is up. */
const atEach = async (count: number, work: (position: number) => Promise<void>): Promise<void> => {
  const begun = performance.now();
  let tried = 0;
  for (const position of spread(count)) {
    if (performance.now() - begun > BUDGET) break;
    await work(position);
    tried += 1;
  }
  if (tried < Math.min(count, TRIED_MIN)) {
    throw inconclusive(`${tried} of ${count} positions took ${BUDGET} ms`);
  }
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A full resynchronization and a stream as they are said, in one piece. */
interface Session {
  readonly replid: string;
  readonly offset: number;
  readonly answer: Buffer;
  /** Header, payload and mark. */
  readonly snapshot: Buffer;
  readonly stream: readonly (readonly string[])[];
  readonly mark: string | null;
}

const sessionOf = (lead: Lead, mark: string | null): Session => {
  const { lab } = lead;
  const replid = lab.chance.hex(40);
  const offset = lead.someOffset();
  const payload = payloadOf([lab.newKey()]);
  const header = mark === null ? `$${payload.length}\r\n` : `$EOF:${mark}\r\n`;
  const { key, value } = lab.newKey();
  return {
    replid,
    offset,
    mark,
    answer: bytesOf(`+FULLRESYNC ${replid} ${offset}\r\n`),
    snapshot: Buffer.concat([bytesOf(header), payload, bytesOf(mark ?? '')]),
    stream: [
      ['SELECT', '0'],
      ['SET', key, value],
      ['MULTI'],
      ['INCR', `${key}:n`],
      ['EXEC'],
      ['PING'],
    ],
  };
};

/** Enters what a session says before its stream into the accounts, without saying it. */
const enter = (link: FollowedLink, { offset, mark, answer, snapshot }: Session): void => {
  link.beginAccounts(processedOffset(offset), answer.length);
  link.noteSnapshot('', snapshot, mark);
};

/** How bytes are divided on their way. */
type Division = (peer: Peer, bytes: Buffer) => Promise<void>;

const inTwo =
  (at: number): Division =>
  async (peer, bytes) => {
    peer.send(bytes.subarray(0, at));
    await turn();
    peer.send(bytes.subarray(at));
  };

const byteByByte: Division = async (peer, bytes) => {
  for (let at = 0; at < bytes.length; at += 1) {
    peer.send(bytes.subarray(at, at + 1));
    await turn();
  }
};

const says = async (
  lead: Lead,
  session: Session,
  part: 'answer' | 'snapshot' | 'stream',
  divide: Division,
) => {
  const link = await lead.link();
  enter(link, session);
  const whole = async (bytes: Buffer) => link.peer.send(bytes);
  await (part === 'answer' ? divide(link.peer, session.answer) : whole(session.answer));
  await (part === 'snapshot' ? divide(link.peer, session.snapshot) : whole(session.snapshot));
  if (session.mark !== null) await link.acknowledgement();
  const stream = Buffer.concat(session.stream.map((words) => link.entered(words)));
  await (part === 'stream' ? divide(link.peer, stream) : whole(stream));
  await link.expectCounted('a full resynchronization and a stream in pieces, GETACK');
};

type Part = Parameters<typeof says>[2];

const lengthOf = (session: Session, part: Part): number =>
  part === 'stream'
    ? session.stream.reduce((sum, words) => sum + encodeCommand(words).length, 0)
    : session[part].length;

const RULES = { answer: 'ANS-2', snapshot: 'XFER-1', stream: 'APPLY-1' } as const;

const splits = (part: Part, name: string, title: string, mark: string | null): Check =>
  loading(RULES[part], name, title, (lead) =>
    atEach(lengthOf(sessionOf(lead, mark), part), async (position) => {
      await lead.begin({ afresh: false });
      await says(lead, sessionOf(lead, mark), part, inTwo(position));
    }),
  );

const singly = (part: Part, name: string, title: string, mark: string | null): Check =>
  loading(RULES[part], name, title, (lead) => says(lead, sessionOf(lead, mark), part, byteByByte));

/** Everything at once, which a target may read as one piece. */
const together = loading(
  'ANS-2',
  'one-packet',
  'answer, header, snapshot and stream in one packet are told apart',
  async (lead) => {
    const session = sessionOf(lead, null);
    const link = await lead.link();
    enter(link, session);
    const stream = session.stream.map((words) => link.entered(words));
    link.peer.send(Buffer.concat([session.answer, session.snapshot, ...stream]));
    await link.expectCounted('a full resynchronization and a stream in one packet, GETACK');
  },
);

/** Cuts a full resynchronization before it is whole: what the target had before is what it asks to continue. */
const cutBefore = (name: string, title: string, mark: string | null): Check =>
  loading('XFER-2', name, title, async (lead) => {
    const { link: first, replid } = await lead.loaded();
    let { applied } = first.ledger;
    let link = await lead.linkAfter(first);
    const { answer, snapshot } = sessionOf(lead, mark);
    await atEach(answer.length + snapshot.length - 1, async (position) => {
      const bytes = Buffer.concat([answer, snapshot]).subarray(0, position);
      link.peer.send(bytes);
      await link.peer.finish();
      link = await lead.elsewhere();
      const asked = `${link.request.replid} ${link.request.offset}`;
      const sent = `${position} bytes of a full resynchronization; the link ends`;
      expectEqual(asked, `${replid} ${nextAfter(applied)}`, sent, 'PSYNC');
      link.goOn();
      await link.settles();
      applied = link.ledger.applied;
      link = await lead.linkAfter(link);
    });
  });

/** Cuts the stream behind a snapshot, and goes on from where the target asks: everything takes effect once. */
const cutStream = (name: string, title: string): Check =>
  loading('APPLY-6', name, title, async (lead) => {
    const { lab } = lead;
    const length = lengthOf(sessionOf(lead, null), 'stream');
    await atEach(length, async (position) => {
      const session = sessionOf(lead, null);
      await lead.begin({ afresh: false });
      const { link } = await lead.load(await lead.link(), { replid: session.replid });
      const rest = feedUpTo(link, session.stream, position);
      const next = await lead.linkAfter(link);
      const sent = `${position} bytes of the stream; the link ends`;
      link.expectAskedBy(next.request, session.replid, sent);
      next.goOn();
      for (const words of rest) next.feed(...words);
      await next.expectCounted(`${sent}, +CONTINUE, the rest`);
      const counter = { key: `${session.stream[1]?.[1]}:n`, value: '1', database: 0 };
      if (lab.isTold) expectEqual(await lab.valueOf(counter), '1', sent, 'an INCR counted once:');
    });
  });

/** Sends so many bytes of a stream. Gives the commands that have to be sent again. */
const feedUpTo = (
  link: FollowedLink,
  stream: Session['stream'],
  position: number,
): Session['stream'] => {
  let left = position;
  let open: (readonly string[])[] = [];
  for (const [index, words] of stream.entries()) {
    const bytes = Buffer.from(encodeCommand(words));
    if (bytes.length > left) {
      link.feedHalf(bytes.subarray(0, left));
      return [...open, ...stream.slice(index)];
    }
    link.feed(...words);
    left -= bytes.length;
    if (words[0] === 'MULTI' || open.length > 0) open.push(words);
    if (words[0] === 'EXEC') open = [];
  }
  return open;
};

/** The same bytes in every division, and links that are cut anywhere. */
export const PIECES_CHECKS: readonly Check[] = [
  together,
  splits('answer', 'split', '+FULLRESYNC in two pieces, split anywhere, is one line', null),
  splits(
    'snapshot',
    'split-length',
    'a snapshot with a length in two pieces, split anywhere, is one',
    null,
  ),
  splits(
    'snapshot',
    'split-mark',
    'a snapshot with a mark in two pieces, split anywhere, is one',
    MARK,
  ),
  splits('stream', 'split', 'the stream in two pieces, split anywhere, counts the same', null),
  singly('answer', 'byte-by-byte', '+FULLRESYNC byte by byte is one line', null),
  singly('snapshot', 'byte-by-byte', 'a snapshot byte by byte is one', null),
  singly('snapshot', 'byte-by-byte-mark', 'a snapshot with a mark byte by byte is one', MARK),
  singly('stream', 'byte-by-byte', 'the stream byte by byte counts the same', null),
  cutBefore(
    'cut-anywhere',
    'a full resynchronization that is cut anywhere leaves the history that was there',
    null,
  ),
  cutBefore('cut-anywhere-mark', 'one with a mark that is cut anywhere does too', MARK),
  cutStream(
    'cut-anywhere',
    'a stream that is cut anywhere is continued so that everything takes effect once',
  ),
];
