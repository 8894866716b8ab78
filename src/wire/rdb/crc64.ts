const POLYNOMIAL = 0x95ac9329ac4bc9b5n;

/** Bytes that one step of the hot loop takes, and tables that it looks into: one for each of them. */
const SLICES = 8;

const ENTRY = 8;
const TABLE = 256 * ENTRY;

/**
 * Table k holds what a byte does to the checksum when k zero bytes follow it. A DataView, not a typed array, because its
 * reads are numbers for the compiler and just as fast.
 */
const TABLES = ((): DataView => {
  const tables = new DataView(new ArrayBuffer(SLICES * TABLE));
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n;
    tables.setBigUint64(byte * ENTRY, crc, true);
  }
  for (let at = TABLE; at < SLICES * TABLE; at += ENTRY) {
    const crc = tables.getBigUint64(at - TABLE, true);
    const last = tables.getBigUint64(Number(crc & 255n) * ENTRY, true);
    tables.setBigUint64(at, (crc >> 8n) ^ last, true);
  }
  return tables;
})();

/** The low half of an entry, `byte` not yet masked. */
const low = (table: number, byte: number): number =>
  TABLES.getInt32(table * TABLE + (byte & 255) * ENTRY, true);

const high = (table: number, byte: number): number =>
  TABLES.getInt32(table * TABLE + (byte & 255) * ENTRY + 4, true);

/**
 * The CRC-64 that closes an RDB: polynomial 0xad93d23594c935a9 ("Jones"), reflected, nothing inverted. Of "123456789" it
 * is 0xe9c6d914c4b8d9ca. It is kept in two halves of 32 bits, because 64-bit integers are slow in JavaScript.
 */
export class Crc64 {
  #low = 0;
  #high = 0;

  /** Takes the bytes from `start` up to `end` into the checksum. */
  update(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let l = this.#low;
    let h = this.#high;
    let at = start;
    for (; at + SLICES <= end; at += SLICES) {
      const a = l ^ view.getInt32(at, true);
      const b = h ^ view.getInt32(at + 4, true);
      l =
        low(7, a) ^
        low(6, a >>> 8) ^
        low(5, a >>> 16) ^
        low(4, a >>> 24) ^
        low(3, b) ^
        low(2, b >>> 8) ^
        low(1, b >>> 16) ^
        low(0, b >>> 24);
      h =
        high(7, a) ^
        high(6, a >>> 8) ^
        high(5, a >>> 16) ^
        high(4, a >>> 24) ^
        high(3, b) ^
        high(2, b >>> 8) ^
        high(1, b >>> 16) ^
        high(0, b >>> 24);
    }
    for (; at < end; at += 1) {
      const byte = l ^ view.getUint8(at);
      l = ((l >>> 8) | (h << 24)) ^ low(0, byte);
      h = (h >>> 8) ^ high(0, byte);
    }
    this.#low = l;
    this.#high = h;
  }

  /** The checksum of everything taken so far. */
  get value(): bigint {
    return (BigInt(this.#high >>> 0) << 32n) | BigInt(this.#low >>> 0);
  }
}
