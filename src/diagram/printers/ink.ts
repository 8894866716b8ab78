import type { Mark } from '../chart.ts';

/** What each mark is drawn with on a light page. No two are the same, also not in grey. */
export const INK: Readonly<Record<Mark, string>> = {
  plain: '#24292f',
  added: '#116329',
  removed: '#a40e26',
  conforming: '#1a7f37',
  violated: '#cf222e',
  'not-reached': '#6e7781',
};

/** The same on a dark one. */
export const INK_ON_DARK: Readonly<Record<Mark, string>> = {
  plain: '#d1d7e0',
  added: '#56d364',
  removed: '#ff7b72',
  conforming: '#3fb950',
  violated: '#f85149',
  'not-reached': '#848d97',
};

/** What an arrow is drawn with that stands for several: the worst that was seen, or nothing where they differ. */
export const common = (marks: readonly Mark[]): Mark => {
  const [first, ...others] = new Set(marks);
  if (first !== undefined && others.length === 0) return first;
  if (marks.includes('violated')) return 'violated';
  return marks.includes('not-reached') ? 'not-reached' : 'plain';
};
