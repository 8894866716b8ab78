import type { IdParts } from './stream-id.ts';

/**
 * Numbers as the bytes that stand for them in an RDB, as text of one character a byte: that is how everything is
 * gathered that is written.
 */

const SCRATCH = Buffer.alloc(16);

/** What was just written into the scratch buffer. */
const scratch = (length: number): string => SCRATCH.toString('latin1', 0, length);

export const byteText = (byte: number): string => String.fromCharCode(byte);

/** A length in as few bytes as it needs. */
export function lengthText(length: number): string {
  if (length < 0x40) return String.fromCharCode(length);
  if (length < 0x4000) return String.fromCharCode(0x40 | (length >> 8), length & 255);
  if (length >= 2 ** 32) return longText(BigInt(length));
  SCRATCH.writeUInt32BE(length);
  return `\x80${scratch(4)}`;
}

/** An unsigned 64-bit integer as a length. */
export const unsignedText = (value: bigint): string =>
  value < 2 ** 32 ? lengthText(Number(value)) : longText(value);

/** A signed 64-bit integer as a length: a negative one is taken for the unsigned one of the same bits. */
export const signedText = (value: number): string =>
  unsignedText(BigInt.asUintN(64, BigInt(value)));

const longText = (value: bigint): string => {
  SCRATCH.writeBigUInt64BE(value);
  return `\x81${scratch(8)}`;
};

/** A signed integer in so many bytes, least significant first. */
export const integerText = (value: number, size: 2 | 3 | 4): string => {
  SCRATCH.writeIntLE(value, 0, size);
  return scratch(size);
};

export const uint16Text = (value: number): string => {
  SCRATCH.writeUInt16LE(value);
  return scratch(2);
};

export const uint32Text = (value: number): string => {
  SCRATCH.writeUInt32LE(value);
  return scratch(4);
};

export const int64Text = (value: number | bigint): string => {
  SCRATCH.writeBigInt64LE(BigInt(value));
  return scratch(8);
};

export const uint64Text = (value: bigint): string => {
  SCRATCH.writeBigUInt64LE(value);
  return scratch(8);
};

export const doubleText = (value: number): string => {
  SCRATCH.writeDoubleLE(value);
  return scratch(8);
};

/** A stream ID as its two integers, most significant byte first. */
export const rawIdText = ({ milliseconds, sequence }: IdParts): string => {
  SCRATCH.writeBigUInt64BE(milliseconds);
  SCRATCH.writeBigUInt64BE(sequence, 8);
  return scratch(16);
};

/** A stream ID as two lengths. */
export const idLengthsText = ({ milliseconds, sequence }: IdParts): string =>
  unsignedText(milliseconds) + unsignedText(sequence);
