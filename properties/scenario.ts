import { readOperation, Unreadable, writeOperation } from './notation.ts';
import type { Case } from './operations.ts';

/** A case worth keeping, as a text file: what it teaches, what it is run with, and its operations, a line each. */
export interface Scenario {
  /** What it teaches, a line each. */
  readonly lesson: readonly string[];
  readonly run: Case;
  /** The fault that it shows, by the name of its mutant; null for the reference as it is. */
  readonly mutant: string | null;
  /** The property that does not hold with that fault; null where none is expected to fail. */
  readonly violates: string | null;
}

const RULE = '----';

export const writeScenario = ({ lesson, run, mutant, violates }: Scenario): string =>
  [
    ...lesson.map((line) => `# ${line}`),
    `seed ${run.seed}`,
    `snapshots ${run.diskless ? 'socket' : 'disk'}`,
    ...(mutant === null ? [] : [`mutant ${mutant}`]),
    ...(violates === null ? [] : [`violates ${violates}`]),
    RULE,
    ...run.operations.map((operation) => writeOperation(operation)),
    '',
  ].join('\n');

/** @throws Unreadable */
export const readScenario = (text: string): Scenario => {
  const lines = text.split('\n').map((line) => line.trim());
  const rule = lines.indexOf(RULE);
  if (rule < 0) throw new Unreadable(`a scenario has a line "${RULE}" before its operations`);
  const head = lines.slice(0, rule);
  const settings = new Map(
    head
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [name = '', ...rest] = line.split(' ');
        return [name, rest.join(' ')] as const;
      }),
  );
  const seed = settings.get('seed') ?? '0';
  if (!/^\d{1,10}$/.test(seed)) throw new Unreadable(`a seed is a number, not "${seed}"`);
  const body = lines.slice(rule + 1).filter((line) => line !== '' && !line.startsWith('#'));
  return {
    lesson: head.filter((line) => line.startsWith('#')).map((line) => line.replace(/^#\s?/, '')),
    run: {
      seed: Number(seed),
      diskless: settings.get('snapshots') === 'socket',
      operations: body.map((line) => readOperation(line)),
    },
    mutant: settings.get('mutant') ?? null,
    violates: settings.get('violates') ?? null,
  };
};
