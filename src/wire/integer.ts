const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const FORM = /^(0|-?[1-9]\d{0,18})$/;

/**
 * A signed 64-bit integer as Redis reads it: no blanks, no plus sign, no leading zeros. `null` where the text is none.
 */
export function parseInt64(text: string): bigint | null {
  if (!FORM.test(text)) return null;
  const value = BigInt(text);
  return value > INT64_MAX || value < INT64_MIN ? null : value;
}

/** An integer that a JavaScript number holds exactly, or what is wrong with it. Nothing is ever rounded. */
export type ExactInteger = { readonly value: number } | { readonly wrong: string };

/** Any integer of so few digits is held exactly. */
const SHORT = 15;

export function parseExactInteger(text: string): ExactInteger {
  if (text.length <= SHORT && FORM.test(text)) return { value: Number(text) };
  const value = parseInt64(text);
  if (value === null) return { wrong: `${shown(text)} is not a signed 64-bit integer` };
  if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
    return { wrong: `${shown(text)} is beyond 2^53 - 1, where offsets stop being exact` };
  }
  return { value: Number(value) };
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 40));
