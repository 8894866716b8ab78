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

/** What a word means as a score; null where it is none. */
export const parseScore = (word: string): number | null => {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(word);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : null;
};

const withoutZeros = (digits: string): string =>
  digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
