import { MalformedRdb } from './malformed.ts';

/** Three bytes can stand for 264, and nothing for more. */
const MOST_TIMES = 88;

/**
 * Decompresses LZF into exactly `length` bytes. What cannot be that long is refused before memory is taken for it.
 */
export function decompress(packed: Buffer, length: number): Buffer {
  if (length > packed.length * MOST_TIMES) {
    throw new MalformedRdb(
      `${packed.length} compressed bytes are said to hold ${length}, which is more than they can`,
    );
  }
  const plain = Buffer.allocUnsafe(length);
  let from = 0;
  let to = 0;
  while (from < packed.length) {
    const control = packed.readUInt8(from);
    from += 1;
    if (control < 32) {
      const end = from + control + 1;
      if (end > packed.length) throw unpackable('a run of bytes goes beyond the end');
      if (to + control + 1 > length) throw unpackable(`there are more than ${length} bytes`);
      packed.copy(plain, to, from, end);
      to += control + 1;
      from = end;
      continue;
    }
    const long = control >> 5 === 7;
    if (from + (long ? 2 : 1) > packed.length) throw unpackable('a reference is cut off');
    const count = (control >> 5) + 2 + (long ? packed.readUInt8(from) : 0);
    from += long ? 1 : 0;
    const back = to - ((control & 31) << 8) - packed.readUInt8(from) - 1;
    from += 1;
    if (back < 0) throw unpackable('a reference points before the start');
    if (to + count > length) throw unpackable(`there are more than ${length} bytes`);
    // The two ranges may overlap: then what was just written is repeated, which is why this goes byte by byte.
    for (let index = 0; index < count; index += 1)
      plain[to + index] = plain.readUInt8(back + index);
    to += count;
  }
  if (to !== length) throw unpackable(`there are ${to} bytes, not ${length}`);
  return plain;
}

const unpackable = (problem: string): MalformedRdb =>
  new MalformedRdb(`compressed data that cannot be unpacked: ${problem}`);
