import { z } from 'zod';
import { CONTROL_COMMANDS } from '../../../models/rules/application.ts';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';
import { bytesOf, latin1 } from '../../wire/byte-queue.ts';
import { MasterReader } from '../../wire/master-reader.ts';
import { bytes, family, ID, type Question } from '../family.ts';
import type { Flag } from '../vector.ts';

const asked = z.strictObject({
  chunks: z
    .array(bytes())
    .describe('what arrives behind the answer to PSYNC, in these pieces, with a pause behind each'),
});

const answer = z.strictObject({
  newlines: z.int().describe('empty lines before the header'),
  form: z.enum(['length', 'mark', 'refused', 'none']),
  snapshot: bytes().nullable().describe('the payload, null where it is incomplete'),
  stream: bytes().describe('what is behind the snapshot'),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;

/** A replica as it receives a snapshot. */
class Receiver {
  readonly #reader = new MasterReader(CONTROL_COMMANDS);
  readonly #rules: Ruleset;
  #newlines = 0;
  #form: Answer['form'] = 'none';
  #snapshot: string | null = null;
  #stream = '';

  constructor(rules: Ruleset) {
    this.#rules = rules;
  }

  get answer(): Answer {
    const [newlines, form] = [this.#newlines, this.#form];
    return { newlines, form, snapshot: this.#snapshot, stream: this.#stream };
  }

  take(chunk: string): void {
    this.#reader.push(bytesOf(chunk));
    while (this.#form !== 'refused') {
      const read = this.#reader.next();
      if (read === 'incomplete' || 'broken' in read) return;
      if ('line' in read) this.#header(read.line);
      if ('snapshot' in read) this.#load(read.snapshot);
      if ('data' in read) this.#stream += read.data.map(latin1).join('');
      if ('bytes' in read) this.#stream += latin1(read.bytes);
    }
  }

  #header(line: string): void {
    const verdict = this.#rules.judgeHeader(line);
    if (verdict.header === 'wait') {
      this.#newlines += 1;
      return;
    }
    this.#form = verdict.header;
    if (verdict.header === 'length') this.#reader.takeSnapshot(verdict.length, null);
    if (verdict.header === 'mark') this.#reader.takeSnapshot(null, verdict.mark);
  }

  #load(payload: readonly Buffer[]): void {
    this.#snapshot = latin1(Buffer.concat(payload));
    this.#reader.takeStream();
  }
}

const decide = ({ chunks }: Asked, _: Dialect, rules: Ruleset): Answer => {
  const receiver = new Receiver(rules);
  for (const chunk of chunks) receiver.take(chunk);
  return receiver.answer;
};

const rulesOf = (_: Asked, { form, newlines }: Answer): readonly RuleId[] => [
  'XFER-1',
  ...(form === 'mark' ? (['FULL-4'] as const) : []),
  ...(form === 'length' ? (['FULL-11'] as const) : []),
  ...(newlines > 0 ? (['LIVE-1'] as const) : []),
];

/** Payloads that look like what stands around them. They need not be RDB: framing looks at no byte of it. */
const PAYLOADS = [
  'REDIS0011\xff\0\x01\x02\x03\x04\x05\x06\x07',
  '\r\n$5\r\nREDIS\r\n',
  `$EOF:${ID.own}\r\n`,
  `${ID.foreign.slice(1)}x`,
];

const MARK = ID.foreign;
const STREAM = '*1\r\n$4\r\nPING\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n';
const NEWLINES = ['', '\n\n'];

const question = (chunks: readonly string[], ...more: readonly Flag[]): Question<Asked> => ({
  asked: { chunks: chunks.filter((chunk) => chunk !== '') },
  flags: [...(/[^\0-~]/.test(chunks.join('')) ? (['binary'] as const) : []), ...more],
  dialects: DIALECTS,
});

/** The bytes in one piece, in every two pieces, and one by one; what is `behind` comes after a pause. */
const everySplit = (whole: string, behind: string): readonly Question<Asked>[] => [
  question([whole, behind]),
  ...Array.from({ length: whole.length - 1 }, (_, cut) =>
    question([whole.slice(0, cut + 1), whole.slice(cut + 1), behind], 'split'),
  ),
  question([...whole, behind], 'split'),
];

const REFUSED = ['-ERR no\r\n', '+OK\r\n', '5\r\nREDIS', 'REDIS0011\n', '*1\r\n'];

const questions = (): readonly Question<Asked>[] => [
  ...PAYLOADS.flatMap((payload, index) =>
    NEWLINES.slice(0, index === 0 ? NEWLINES.length : 1).flatMap((newlines) => [
      // Behind a length the stream follows at once; behind a mark a master waits for an ACK.
      ...everySplit(`${newlines}$${payload.length}\r\n${payload}${STREAM}`, ''),
      ...everySplit(`${newlines}$EOF:${MARK}\r\n${payload}${MARK}`, STREAM),
    ]),
  ),
  ...PAYLOADS.flatMap((payload) => [
    question([`$${payload.length + 1}\r\n${payload}`]),
    question([`$EOF:${MARK}\r\n${payload}${MARK.slice(0, 39)}`]),
  ]),
  ...REFUSED.flatMap((text) =>
    everySplit(text, '').map(({ asked }) => question(asked.chunks, 'malformed')),
  ),
];

export const framing = family({
  name: 'framing',
  title: 'RDB framing',
  about:
    'A replica was told +FULLRESYNC and gets these bytes in these pieces. How many empty lines come first, in which form is the snapshot, what is its payload, and what is stream? The payload is no RDB: its framing must not depend on that.',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
