import { REPLID_LENGTH } from '../../../models/vocabulary/index.ts';

/** The replication ID that a model calls by a number. IDs differ in their last digits only, as far as can be. */
export const idOf = (number: number): string => number.toString(16).padStart(REPLID_LENGTH, 'f');

/** The number of an ID that `idOf` made; NaN for any other text. */
export const idNamed = (id: string): number => {
  const number = Number.parseInt(id.slice(-4).replace(/^f+(?=.)/, ''), 16);
  return idOf(number) === id ? number : Number.NaN;
};
