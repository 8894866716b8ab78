import { MalformedRdb } from './malformed.ts';

/** Three bytes can stand for 264, and nothing for more. */
const MOST_TIMES = 88;

/** The longest repetition that is copied byte by byte; longer ones go at once. */
const SHORT = 24;

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
  const source = viewOf(packed);
  const target = viewOf(plain);
  let from = 0;
  let to = 0;
  while (from < packed.length) {
    const control = source.getUint8(from);
    from += 1;
    if (control < 32) {
      const end = from + control + 1;
      if (end > packed.length) throw unpackable('a run of bytes goes beyond the end');
      if (to + control + 1 > length) throw unpackable(`there are more than ${length} bytes`);
      for (; from < end; from += 1, to += 1) target.setUint8(to, source.getUint8(from));
      continue;
    }
    const long = control >> 5 === 7;
    if (from + (long ? 2 : 1) > packed.length) throw unpackable('a reference is cut off');
    const count = (control >> 5) + 2 + (long ? source.getUint8(from) : 0);
    from += long ? 1 : 0;
    const back = to - ((control & 31) << 8) - source.getUint8(from) - 1;
    from += 1;
    if (back < 0) throw unpackable('a reference points before the start');
    if (to + count > length) throw unpackable(`there are more than ${length} bytes`);
    repeat(plain, target, back, to, count);
    to += count;
  }
  if (to !== length) throw unpackable(`there are ${to} bytes, not ${length}`);
  return plain;
}

const viewOf = (bytes: Buffer): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Copies what stands at `back` to `to`. Where the two overlap, what was just copied is copied again. */
const repeat = (plain: Buffer, view: DataView, back: number, to: number, count: number): void => {
  const end = to + count;
  if (count <= SHORT) {
    for (let at = to; at < end; at += 1) view.setUint8(at, view.getUint8(at - to + back));
    return;
  }
  // Each turn doubles what is there. The last may go too far: what follows is written over that.
  for (let at = to; at < end; at += at - back) plain.copyWithin(at, back, at);
};

const unpackable = (problem: string): MalformedRdb =>
  new MalformedRdb(`compressed data that cannot be unpacked: ${problem}`);
