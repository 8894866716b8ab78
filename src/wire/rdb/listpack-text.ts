import { byteText, int64Text, integerText, uint16Text, uint32Text } from './encode.ts';
import { backLengthSize } from './listpack.ts';

/** The count that means: too many for these two bytes, count them yourself. */
const UNCOUNTED = 65535;

const HEADER_BYTES = 6;

/**
 * In how many bytes an element's length is repeated behind it: in as few as it needs (Valkey 9.1), or with one more for
 * 2^14 - 1, 2^21 - 1 and 2^28 - 1 (everyone else). Neither loads what the other wrote of such an element.
 */
export type BackLength = 'shortest' | 'redis';

/** Writes a listpack, as text of one character a byte. */
export class ListpackText {
  readonly #backLength: BackLength;
  #elements = '';
  #count = 0;

  constructor(backLength: BackLength) {
    this.#backLength = backLength;
  }

  string(text: string): void {
    this.#add(stringHeader(text.length) + text);
  }

  integer(value: number | bigint): void {
    this.#add(integerElement(value));
  }

  get whole(): string {
    const total = HEADER_BYTES + this.#elements.length + 1;
    const count = Math.min(this.#count, UNCOUNTED);
    return `${uint32Text(total)}${uint16Text(count)}${this.#elements}\xff`;
  }

  #add(element: string): void {
    const { length } = element;
    const generous = this.#backLength === 'redis' && length > 127;
    const size = backLengthSize(generous ? length + 1 : length);
    this.#elements += element + backLengthText(length, size);
    this.#count += 1;
  }
}

const stringHeader = (length: number): string => {
  if (length < 64) return byteText(0x80 | length);
  return length < 4096
    ? byteText(0xe0 | (length >> 8)) + byteText(length & 255)
    : `\xf0${uint32Text(length)}`;
};

const integerElement = (value: number | bigint): string => {
  if (value >= 0 && value < 128) return byteText(Number(value));
  if (value >= -(2 ** 31) && value < 2 ** 31) return smallElement(Number(value));
  return `\xf4${int64Text(value)}`;
};

const smallElement = (value: number): string => {
  if (value >= -4096 && value < 4096) {
    return byteText(0xc0 | ((value >> 8) & 0x1f)) + byteText(value & 255);
  }
  if (value >= -(2 ** 15) && value < 2 ** 15) return `\xf1${integerText(value, 2)}`;
  if (value >= -(2 ** 23) && value < 2 ** 23) return `\xf2${integerText(value, 3)}`;
  return `\xf3${integerText(value, 4)}`;
};

/** A length with seven bits in a byte, the last ones at the end, where it is read backwards from. */
const backLengthText = (length: number, size: number): string => {
  let text = '';
  for (let index = 0; index < size; index += 1) {
    const bits = Math.floor(length / 2 ** (7 * (size - 1 - index))) & 127;
    text += byteText(index === 0 ? bits : bits | 128);
  }
  return text;
};
