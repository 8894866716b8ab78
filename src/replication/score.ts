import { atLeast, type Dialect } from '../../models/vocabulary/index.ts';

/** The digits that tell every double from its neighbours. */
const DIGITS = 17;

/** A score as C's `%.17g` writes it, which is how Redis up to 7.0 writes one that travels or is answered. */
export const scoreText = (score: number): string => {
  if (!Number.isFinite(score)) return score > 0 ? 'inf' : '-inf';
  if (score === 0) return Object.is(score, -0) ? '-0' : '0';
  const [digits = '', power = '0'] = score.toExponential(DIGITS - 1).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= DIGITS) {
    const sign = exponent < 0 ? '-' : '+';
    return `${withoutZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return withoutZeros(score.toFixed(DIGITS - 1 - exponent));
};

/** A score as servers since 7.2 answer with it and digest it: as few digits as tell it from its neighbours. */
export const shortScoreText = (score: number): string => {
  if (!Number.isFinite(score) || score === 0) return scoreText(score);
  const [mantissa = '', power = '0'] = Math.abs(score).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  const sign = score < 0 ? '-' : '';
  return `${sign}${placed(digits, exponent)}`;
};

/** Digits, the first of which counts `10 ** exponent`, with or without an exponent as those servers choose. */
const placed = (digits: string, exponent: number): string => {
  const behind = digits.length - 1 - exponent;
  if (behind <= 0 && exponent < digits.length + 7) return digits + '0'.repeat(-behind);
  if (behind > 0 && (behind < 7 || Math.abs(exponent) < 4)) {
    if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
    return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
  }
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${digits.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
};

/** How servers of a dialect write a score that they answer with or digest. */
export const scoreTextOf = (dialect: Dialect): ((score: number) => string) =>
  atLeast(dialect, 'redis-8') || atLeast(dialect, 'valkey-8') ? shortScoreText : scoreText;

/** What a word means as a score; null where it is none. */
export const parseScore = (word: string): number | null => {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(word);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : null;
};

const withoutZeros = (digits: string): string =>
  digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
