import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { BUGS } from '../../properties/mutants/bugs.ts';
import { ALL_MUTANTS, type Mutant } from '../../properties/mutants/index.ts';
import { readToken, writeOperation } from '../../properties/notation.ts';
import { type Kill, readKills } from './record.ts';
import { UNSEEN } from './unseen.ts';

const FILE = new URL('../../docs/kill-matrix.md', import.meta.url);

const hasReport = ({ name }: Mutant): boolean =>
  existsSync(new URL(`../faulty/reports/${name}.txt`, import.meta.url)) ||
  existsSync(new URL(`../faulty/replica-reports/${name}.txt`, import.meta.url));

const bugOf = ({ bug }: Mutant): string => {
  const known = bug === undefined ? undefined : BUGS[bug];
  return known === undefined
    ? ''
    : `${bug}: ${known.what}; mended by ${known.fix}; since ${known.since}`;
};

const operationsOf = ({ token }: Kill): string =>
  readToken(token)
    .operations.map((each) => writeOperation(each))
    .join('; ');

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};

const rowOf = (mutant: Mutant, kill: Kill | undefined): string => {
  const seen =
    kill === undefined
      ? [`not here: ${UNSEEN[mutant.name] ?? 'nothing has killed it yet'}`, '', '']
      : [
          [kill.property, ...kill.alsoBy].map((id) => `\`${id}\``).join(', '),
          String(kill.operations),
          `${operationsOf(kill)} → ${kill.why}`,
        ];
  const live = hasReport(mutant) ? `check of ${mutant.rule}` : '';
  return `| \`${mutant.name}\` | ${mutant.rule} | ${mutant.fault} | ${seen.join(' | ')} | ${live} | ${bugOf(mutant)} |`;
};

/** The page from what was recorded, in Markdown. */
export const killMatrix = (): string => {
  const kills = readKills();
  const of = new Map(kills.map((kill) => [kill.mutant, kill]));
  const unseen = ALL_MUTANTS.filter(({ name }) => name in UNSEEN);
  const alive = ALL_MUTANTS.filter(({ name }) => !of.has(name) && !(name in UNSEEN));
  return `# Kill matrix

Each mutant is the reference implementation with one rule broken. This page says what finds it: which properties of runs
on the simulated system, with the shortest run that shows it, and which live check. Written by \`npm run kill-matrix\`
from a run; a test replays every run that it names.

- ${ALL_MUTANTS.length} mutants, of which ${kills.length} are killed on the simulated system; the shortest run that
  kills one has ${median(kills.map(({ operations }) => operations))} operations in the median and ${Math.max(0, ...kills.map(({ operations }) => operations))} at most.
- ${unseen.length} are not seen there, each for the reason in its row; live checks kill ${unseen.filter(hasReport).length} of them.
- ${alive.length} ${alive.length === 1 ? 'is' : 'are'} killed by neither${alive.length === 0 ? '' : `: ${alive.map(({ name }) => `\`${name}\``).join(', ')}`}.

Any run can be seen again: \`npx psyncspec properties --mutant NAME --replay TOKEN\`, with the tokens of
[kill-matrix.json](kill-matrix.json).

| mutant | rule | it | properties that kill it | operations | the shortest run, and what is wrong with it | live | the bug that it stands for |
| --- | --- | --- | --- | --- | --- | --- | --- |
${ALL_MUTANTS.map((mutant) => rowOf(mutant, of.get(mutant.name))).join('\n')}
`;
};

export const writtenKillMatrix = (): string => (existsSync(FILE) ? readFileSync(FILE, 'utf8') : '');

export const writeKillMatrix = (): void => writeFileSync(FILE, killMatrix());
