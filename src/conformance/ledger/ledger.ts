import { commandInStream, completesUnit } from '../../../models/rules/application.ts';
import type { RuleId } from '../../../models/rules/registry.ts';
import { type ProcessedOffset, processedOffset } from '../../../models/vocabulary/index.ts';

/** Who a piece of the stream belongs to. */
export type Owner =
  | 'command'
  | 'ping'
  | 'select'
  | 'getack'
  | 'multi'
  | 'queued'
  | 'exec'
  | 'newline'
  | 'empty-array'
  | 'failing';

/** The rule by which a piece of the stream counts. */
export const COUNTED_BY = {
  command: 'APPLY-1',
  ping: 'APPLY-1',
  select: 'APPLY-1',
  getack: 'ACK-7',
  multi: 'APPLY-2',
  queued: 'APPLY-2',
  exec: 'APPLY-2',
  newline: 'APPLY-3',
  'empty-array': 'APPLY-3',
  failing: 'APPLY-5',
} as const satisfies Record<Owner, RuleId>;

/** A whole piece of the stream, as it was sent. */
export interface StreamEntry {
  readonly owner: Owner;
  /** No words are an empty line or an empty array. */
  readonly words: readonly string[];
  readonly bytes: Buffer;
}

/** What was said on a link outside the stream, where no byte counts. In bytes. */
export type Outside =
  | 'keep-alives before the answer'
  | 'the answer to PSYNC'
  | 'keep-alives before the header'
  | 'the header'
  | 'the payload'
  | 'the end mark'
  | 'the handshake’s own PING'
  | 'the replica’s own acknowledgements';

/** Where counting begins, and what else the replica could take for the beginning. */
export interface LedgerStart {
  readonly base: ProcessedOffset;
  /** What the replica said it had when it asked; null where it had nothing. */
  readonly asked: ProcessedOffset | null;
}

/**
 * The accounts of one link: every byte that was sent on it has an owner, and for each the rules say whether it counts.
 * What a replica that follows the rules has applied is computed, never asked.
 */
export class Ledger {
  readonly start: LedgerStart;
  readonly entries: StreamEntry[] = [];
  readonly outside = new Map<Outside, number>();
  /** Bytes of a command whose end was not sent. */
  begun = Buffer.alloc(0);

  constructor(start: LedgerStart) {
    this.start = start;
  }

  add(owner: Owner, words: readonly string[], bytes: Buffer): void {
    this.entries.push({ owner, words, bytes });
  }

  begin(bytes: Buffer): void {
    this.begun = Buffer.concat([this.begun, bytes]);
  }

  note(place: Outside, bytes: number): void {
    this.outside.set(place, (this.outside.get(place) ?? 0) + bytes);
  }

  set(place: Outside, bytes: number): void {
    this.outside.set(place, bytes);
  }

  /** The stream in words, for people. */
  shown(): string {
    const words = this.entries.map((entry) => showEntry(entry));
    const shown = words.length > 8 ? [...words.slice(0, 6), `${words.length - 6} more`] : words;
    const half = this.begun.length === 0 ? [] : [`${this.begun.length} bytes of a command`];
    return [...shown, ...half].join(', ');
  }

  /** What the replica has applied once it has read everything. */
  get applied(): ProcessedOffset {
    return processedOffset(this.start.base + sumOfUnits(this.entries, ({ bytes }) => bytes.length));
  }

  /** The accounts as they stood before the last GETACK: what its answer tells of. */
  beforeLastGetack(): Ledger {
    const last = this.entries.findLastIndex(({ owner }) => owner === 'getack');
    if (last < 0) return this;
    const earlier = new Ledger(this.start);
    earlier.entries.push(...this.entries.slice(0, last));
    for (const [place, bytes] of this.outside) earlier.outside.set(place, bytes);
    return earlier;
  }
}

const showEntry = ({ owner, words }: StreamEntry): string => {
  if (words.length === 0) return owner === 'newline' ? 'an empty line' : 'an empty array';
  return owner === 'failing' || owner === 'getack' ? words.join(' ') : (words[0] ?? '');
};

/** Adds up all pieces that count: those up to the end of the last whole unit (APPLY-1 to APPLY-3). */
export const sumOfUnits = (
  entries: readonly StreamEntry[],
  sizeOf: (entry: StreamEntry) => number,
  completes = completesUnit,
): number => {
  let counted = 0;
  let pending = 0;
  let inTransaction = false;
  for (const entry of entries) {
    const name = entry.words[0];
    const command = name === undefined ? null : commandInStream(name);
    pending += sizeOf(entry);
    if (completes({ command, inTransaction })) {
      counted += pending;
      pending = 0;
    }
    if (command === 'MULTI') inTransaction = true;
    if (command === 'EXEC' || command === 'DISCARD') inTransaction = false;
  }
  return counted;
};
