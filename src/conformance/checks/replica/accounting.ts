import { encodeCommand } from '../../../wire/resp.ts';
import { expectEqual } from '../../expect.ts';
import type { Lead } from '../../lead.ts';
import type { FollowedLink } from '../../target/followed-link.ts';
import { loading } from './led.ts';

type StreamRule = 'APPLY-1' | 'APPLY-2' | 'APPLY-3' | 'APPLY-5' | 'ACK-7';

/** Feeds something behind a snapshot, and demands that the target counts it as the ledger does. */
const counted = (
  rule: StreamRule,
  name: string,
  title: string,
  feed: (link: FollowedLink, lead: Lead) => void,
) =>
  loading(rule, name, title, async (lead) => {
    const { link } = await lead.loaded();
    feed(link, lead);
    await link.expectCounted(`a snapshot, then in the stream: ${link.ledger.shown()}`);
  });

/** The same where the stream stops in the middle of something: what the target asks for next shows how far it has come. */
const askedFor = (
  rule: StreamRule | 'APPLY-6',
  name: string,
  title: string,
  feed: (link: FollowedLink, lead: Lead) => void,
) =>
  loading(rule, name, title, async (lead) => {
    const { link, replid } = await lead.loaded();
    feed(link, lead);
    const next = await lead.linkAfter(link);
    link.expectAskedBy(next.request, replid, `in the stream ${link.ledger.shown()}; the link ends`);
  });

/** Nothing that is said before the stream counts. */
const outsideCounts = (name: string, title: string, withMark: boolean) =>
  loading('ANS-2', name, title, async (lead) => {
    const link = await lead.link();
    for (let sent = 0; sent < 2; sent += 1) link.keepAlive();
    link.fullResync(lead.lab.chance.hex(40), lead.someOffset());
    for (let sent = 0; sent < 3; sent += 1) link.keepAliveBeforeHeader();
    link.snapshot(lead.payload(), withMark ? lead.lab.chance.hex(40) : null);
    if (withMark) await link.acknowledgement();
    await link.expectCounted('2 newlines, +FULLRESYNC, 3 newlines, a snapshot, GETACK');
  });

const set = ({ lab }: Lead, value?: string): string[] => {
  const written = lab.newKey();
  return ['SET', written.key, value ?? written.value];
};

/** The beginning of a SET, as many bytes as are asked for. */
const partOf = (lead: Lead, bytes: (whole: number) => number): Buffer => {
  const whole = Buffer.from(encodeCommand(set(lead)));
  return whole.subarray(0, bytes(whole.length));
};

/** The answer to a GETACK leaves the GETACK out; the one after it does not. */
const getack = (name: string, title: string, words: readonly string[]) =>
  loading('ACK-7', name, title, async (lead) => {
    const { link } = await lead.loaded();
    link.feed(...set(lead));
    for (const turn of ['first', 'second']) {
      const sent = `SET, ${words.join(' ')} for the ${turn} time`;
      await link.expectCounted(sent, { strictly: true, getack: words });
    }
  });

const onceOnly = loading(
  'APPLY-6',
  'once-only',
  'a transaction that was cut and is sent again takes effect once',
  async (lead) => {
    const { lab } = lead;
    const counter = lab.newKey();
    const { link } = await lead.loaded();
    link.feed('MULTI');
    link.feed('INCR', counter.key);
    const next = await lead.linkAfter(link);
    next.goOn();
    for (const words of [['MULTI'], ['INCR', counter.key], ['EXEC']]) next.feed(...words);
    await next.settles();
    expectEqual(
      await lab.valueOf(counter),
      '1',
      'MULTI, INCR, a cut, MULTI, INCR, EXEC',
      'a counter of',
    );
  },
);

const halfAgain = loading(
  'APPLY-6',
  'half-again',
  'half a command that was cut does not spoil what comes on the next link',
  async (lead) => {
    const { lab } = lead;
    const written = lab.newKey();
    const { link } = await lead.loaded();
    link.feedHalf(partOf(lead, (whole) => whole - 5));
    const next = await lead.linkAfter(link);
    next.goOn();
    next.feed('SET', written.key, written.value);
    await next.expectCounted('half a SET, a cut, +CONTINUE, SET, GETACK');
    if (lab.isTold) expectEqual(await lab.valueOf(written), written.value, 'SET', 'a value of');
  },
);

const promotedInside = loading(
  'APPLY-6',
  'promoted',
  'a replica that is promoted inside a transaction bounds the old history at its MULTI',
  async (lead) => {
    const { lab } = lead;
    const { link } = await lead.loaded();
    link.feed(...set(lead));
    await link.settles();
    link.feed('MULTI');
    link.feed(...set(lead));
    await lab.fence();
    await lab.promote();
    const { ids } = await lab.observe();
    expectEqual(
      ids.secondReplOffset,
      link.ledger.applied + 1,
      'SET, MULTI, SET, REPLICAOF NO ONE',
      'a second_repl_offset of',
    );
  },
);

const paused = loading(
  'APPLY-6',
  'paused',
  'a link that is lost while its commands are held back is not continued',
  async (lead) => {
    const { lab } = lead;
    const { link } = await lead.loaded();
    await lab.pauseWrites();
    link.feed(...set(lead));
    const next = await lead.linkAfter(link);
    await lab.resumeWrites();
    expectEqual(
      `${next.request.replid} ${next.request.offset}`,
      '? -1',
      'CLIENT PAUSE, SET in the stream, the link ends',
      'PSYNC',
    );
  },
  { needs: ['settings'] },
);

export const ACCOUNTING_CHECKS = [
  outsideCounts('outside', 'what comes before the stream is not counted', false),
  outsideCounts(
    'outside-with-mark',
    'what comes before the stream is not counted, end mark included',
    true,
  ),
  counted('APPLY-1', 'command', 'a command counts with all its bytes', (link, lead) =>
    link.feed(...set(lead)),
  ),
  counted('APPLY-1', 'lower-case', 'a command in lower case counts the same', (link, lead) =>
    link.feed('set', ...set(lead).slice(1)),
  ),
  counted('APPLY-1', 'several', 'twenty commands count together', (link, lead) => {
    for (let sent = 0; sent < 20; sent += 1) link.feed(...set(lead));
  }),
  counted('APPLY-1', 'one-packet', 'a hundred commands in one packet count', (link, lead) =>
    link.peer.send(Buffer.concat(Array.from({ length: 100 }, () => link.entered(set(lead))))),
  ),
  counted('APPLY-1', 'ping', 'PING in the stream counts its 14 bytes', (link) => link.feed('PING')),
  counted('APPLY-1', 'pings', 'PING in lower case counts too, each time', (link) => {
    for (let sent = 0; sent < 3; sent += 1) link.feed('ping');
  }),
  counted('APPLY-1', 'select', 'SELECT counts its bytes', (link) => link.feed('SELECT', '0')),
  counted('APPLY-1', 'select-twice', 'a SELECT that changes nothing counts', (link) => {
    link.feed('SELECT', '11');
    link.feed('SELECT', '0');
    link.feed('SELECT', '0');
  }),
  counted('APPLY-1', 'large', 'a value of 100 kB counts with all its bytes', (link, lead) =>
    link.feed(...set(lead, 'x'.repeat(100_000))),
  ),
  counted('APPLY-1', 'empty-value', 'an empty value counts what stands around it', (link, lead) =>
    link.feed(...set(lead, '')),
  ),
  counted(
    'APPLY-1',
    'utf-8',
    'text beyond ASCII counts in bytes and not in characters',
    (link, lead) => link.feed(...set(lead, Buffer.from('größer als 1 €, 𝄞').toString('latin1'))),
  ),
  counted('APPLY-1', 'binary', 'bytes that are no text count', (link, lead) =>
    link.feed(...set(lead, '\u0000\r\n\u00ff\u00fe*1\r\n\u0080')),
  ),
  askedFor(
    'APPLY-1',
    'half-header',
    'a command that stops in its first line does not count',
    (link, lead) => {
      link.feed(...set(lead));
      link.feedHalf(partOf(lead, () => 2));
    },
  ),
  askedFor(
    'APPLY-1',
    'half-value',
    'a command that stops in its value does not count',
    (link, lead) => {
      link.feed(...set(lead));
      link.feedHalf(partOf(lead, (whole) => whole - 10));
    },
  ),
  askedFor(
    'APPLY-1',
    'last-byte',
    'a command that lacks its last byte does not count',
    (link, lead) => {
      link.feed(...set(lead));
      link.feedHalf(partOf(lead, (whole) => whole - 1));
    },
  ),
  askedFor(
    'APPLY-1',
    'whole',
    'the next PSYNC asks for the byte behind the last command',
    (link, lead) => {
      link.feed(...set(lead));
      link.feed('PING');
      link.feed('SELECT', '0');
    },
  ),
  counted('APPLY-2', 'transaction', 'a transaction counts with MULTI and EXEC', (link, lead) => {
    for (const words of [['MULTI'], set(lead), set(lead), ['EXEC']]) link.feed(...words);
  }),
  counted('APPLY-2', 'empty', 'a transaction without commands counts', (link) => {
    for (const word of ['MULTI', 'EXEC']) link.feed(word);
  }),
  counted('APPLY-2', 'lower-case', 'a transaction in lower case counts', (link, lead) => {
    for (const words of [['multi'], set(lead), ['exec']]) link.feed(...words);
  }),
  askedFor('APPLY-2', 'open', 'an open transaction does not count', (link, lead) => {
    for (const words of [set(lead), ['MULTI'], set(lead), set(lead)]) link.feed(...words);
  }),
  askedFor('APPLY-2', 'multi-alone', 'MULTI alone does not count', (link, lead) => {
    for (const words of [set(lead), ['MULTI']]) link.feed(...words);
  }),
  askedFor(
    'APPLY-2',
    'half-exec',
    'a transaction does not count that lacks the end of its EXEC',
    (link, lead) => {
      for (const words of [set(lead), ['MULTI'], set(lead)]) link.feed(...words);
      link.feedHalf(Buffer.from(encodeCommand(['EXEC'])).subarray(0, -1));
    },
  ),
  counted('APPLY-3', 'newline', 'a newline counts with the command behind it', (link, lead) => {
    link.feedNothing('\n');
    link.feed(...set(lead));
  }),
  counted('APPLY-3', 'cr-lf', 'an empty line with CR LF counts two bytes', (link, lead) => {
    link.feedNothing('\r\n');
    link.feed(...set(lead));
  }),
  counted(
    'APPLY-3',
    'several',
    'five newlines count with the command behind them',
    (link, lead) => {
      for (let sent = 0; sent < 5; sent += 1) link.feedNothing('\n');
      link.feed(...set(lead));
    },
  ),
  counted(
    'APPLY-3',
    'empty-array',
    'an empty array counts with the command behind it',
    (link, lead) => {
      link.feedNothing('*0\r\n');
      link.feed(...set(lead));
    },
  ),
  askedFor(
    'APPLY-3',
    'pending',
    'a newline with nothing behind it does not count yet',
    (link, lead) => {
      link.feed(...set(lead));
      for (let sent = 0; sent < 3; sent += 1) link.feedNothing('\n');
    },
  ),
  counted('APPLY-5', 'unknown', 'an unknown command counts', (link) =>
    link.feedFailing('PSYNCSPEC.NO.SUCH', 'a', 'b'),
  ),
  counted('APPLY-5', 'arity', 'a command with too few words counts', (link) =>
    link.feedFailing('SET', 'alone'),
  ),
  counted(
    'APPLY-5',
    'wrong-type',
    'a command that fails for the type of its key counts',
    (link, lead) => {
      const words = set(lead, 'no number');
      link.feed(...words);
      link.feedFailing('INCR', words[1] ?? '');
    },
  ),
  counted('APPLY-5', 'then-goes-on', 'commands behind one that failed count', (link, lead) => {
    link.feedFailing('PSYNCSPEC.NO.SUCH');
    link.feed(...set(lead));
    link.feed('PING');
  }),
  getack('excluded', 'the answer to GETACK leaves the GETACK out, and counts those before', [
    'REPLCONF',
    'GETACK',
    '*',
  ]),
  getack('lower-case', 'replconf getack in lower case is answered the same', [
    'replconf',
    'getack',
    '*',
  ]),
  counted(
    'ACK-7',
    'behind-others',
    'a GETACK behind PING, SELECT and newlines counts what came before',
    (link, lead) => {
      link.feed('PING');
      link.feedNothing('\n');
      link.feed('SELECT', '0');
      link.feed(...set(lead));
      link.feedNothing('*0\r\n');
      link.feed('PING');
    },
  ),
  onceOnly,
  halfAgain,
  promotedInside,
  paused,
];
