import type { Snapshot } from '../../../models/vocabulary/index.ts';

const str = (s: string) => {
  const b = Buffer.from(s, 'latin1');
  const h = Buffer.alloc(5);
  h[0] = 0x80;
  h.writeUInt32BE(b.length, 1);
  return Buffer.concat([h, b]);
};
export function* writeRdb(s: Snapshot): Generator<Uint8Array> {
  yield Buffer.from('REDIS0009');
  for (const [k, v] of s.auxiliary) yield Buffer.concat([Buffer.from([0xfa]), str(k), str(v)]);
  for (const [db, keys] of s.databases) {
    yield Buffer.from([0xfe, db]);
    for (const [k, e] of keys) {
      if (e.value.type === 'string')
        yield Buffer.concat([Buffer.from([0]), str(k), str(e.value.value)]);
    }
  }
  yield Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
}
