import type { Report } from './report.ts';

/** One thing to say about how a run compares with its baseline. */
export interface BaselineLine {
  readonly tone: 'good' | 'bad' | 'doubtful';
  readonly text: string;
}

type Comparison = NonNullable<Report['baseline']>;
type Listed = 'worse' | 'doubtful' | 'improved' | 'changed' | 'fresh';

const GROUPS = [
  ['worse', 'worse', 'bad'],
  ['doubtful', 'no verdict', 'doubtful'],
  ['improved', 'improved', 'good'],
  ['changed', 'changed', 'doubtful'],
] as const satisfies readonly (readonly [Listed, string, BaselineLine['tone']])[];

/** How many checks of a group are named, beyond which they are only counted. */
const NAMED_MAX = 30;

/** How a run compares with its baseline, in one line. */
export const baselineSummary = (baseline: Comparison): string => {
  const counts = [
    ...GROUPS.map(([group, word]) => [baseline[group].length, word] as const),
    [baseline.fresh.length, 'new'] as const,
    [baseline.unchanged, 'unchanged'] as const,
    [baseline.notAsked, 'not asked'] as const,
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
};

/** What became worse, better or other than the baseline expects, check by check, and what is new. */
export const baselineLines = ({ baseline, checks }: Report): BaselineLine[] => {
  if (baseline === undefined) return [];
  const byName = new Map(checks.map((check) => [check.check, check]));
  const listed = GROUPS.flatMap(([group, word, tone]) =>
    named(baseline[group], word, tone, (name) => {
      const check = byName.get(name);
      return `${name}: ${check?.outcome}, expected ${check?.expected}`;
    }),
  );
  const fresh = baseline.fresh.map((name) => ({ name, outcome: byName.get(name)?.outcome }));
  const broken = fresh.filter(({ outcome }) => outcome === 'violates').map(({ name }) => name);
  const other = fresh.length - broken.length;
  return [
    ...listed,
    ...named(broken, 'new', 'bad', (name) => `${name}: violates, the baseline expects nothing`),
    ...(other === 0 ? [] : [{ tone: 'good' as const, text: `new: ${other} without a violation` }]),
  ];
};

const named = (
  names: readonly string[],
  word: string,
  tone: BaselineLine['tone'],
  textOf: (name: string) => string,
): BaselineLine[] => {
  const rest = names.length - NAMED_MAX;
  return [
    ...names.slice(0, NAMED_MAX).map((name) => ({ tone, text: `${word}: ${textOf(name)}` })),
    ...(rest > 0 ? [{ tone, text: `${word}: ${rest} more` }] : []),
  ];
};
