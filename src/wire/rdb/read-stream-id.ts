import type { StreamId } from '../../../models/vocabulary/index.ts';
import type { Reading } from './reading.ts';
import type { RdbSource } from './source.ts';
import { idText } from './stream-id.ts';

/** How long an ID is that is written as its two integers, most significant byte first. */
export const RAW_ID_BYTES = 16;

/** Takes such an ID. Whoever calls has asked whether it is there. */
export const takeRawId = (source: RdbSource): StreamId => {
  const parts = { milliseconds: source.peekUint64(0), sequence: source.peekUint64(8) };
  source.skip(RAW_ID_BYTES);
  return idText(parts);
};

/** Reads an ID that is written as two lengths. */
export function* readId(source: RdbSource): Reading<StreamId> {
  while (!source.hasLength()) yield;
  const milliseconds = source.unsigned();
  while (!source.hasLength()) yield;
  return idText({ milliseconds, sequence: source.unsigned() });
}
