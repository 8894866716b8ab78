import { cpus } from 'node:os';
import type { Comparison, Finding } from './bench.ts';

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = low] = sorted.slice(
    sorted.length % 2 === 0 ? middle - 1 : middle,
    middle + 1,
  );
  return (low + high) / 2;
};

/** Bytes a second, or a size in bytes, for people to read. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const speeds = (numbers: readonly number[]): string =>
  `${megabytes(median(numbers))}/s (${numbers.map((each) => (each / 1e6).toFixed(0)).join(', ')})`;

/** The ratios of the turns, so that what slowed a whole turn down falls out. */
export const ratios = ({ ours, theirs }: Comparison): number[] =>
  ours.map((each, turn) => each / (theirs[turn] ?? Number.NaN));

const comparisonLines = (comparison: Comparison): string[] => {
  const { what, ours, theirs, reach } = comparison;
  const ratio = median(ratios(comparison));
  const asked =
    reach === null
      ? ''
      : `, to reach ${reach}: ${Number(ratio.toFixed(2)) >= reach ? 'reached' : 'NOT REACHED'}`;
  return [
    `  ${what}`,
    `    ours ${speeds(ours)}, theirs ${speeds(theirs)}`,
    `    ratio ${ratio.toFixed(2)} (${ratios(comparison)
      .map((each) => each.toFixed(2))
      .join(', ')})${asked}`,
  ];
};

export const findingText = (finding: Finding): string =>
  'value' in finding ? `  ${finding.what}: ${finding.value}` : comparisonLines(finding).join('\n');

/** What the numbers were measured with. */
export const machineText = (servers: readonly string[]): string => {
  const [cpu] = cpus();
  return [
    `node ${process.versions.node}, V8 ${process.versions.v8}, ${process.platform} ${process.arch}`,
    `${cpus().length} x ${cpu?.model.trim() ?? 'unknown processor'}`,
    ...servers,
  ].join('\n');
};
