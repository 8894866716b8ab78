import { BIG_SCENARIOS, type Played, SCENARIOS } from './scenarios.ts';

/** What came of one story with one server. */
export type Cell =
  | { readonly outcome: 'agreed'; readonly counts: Played }
  | { readonly outcome: 'excused'; readonly because: string }
  | { readonly outcome: 'failed'; readonly problem: string };

/** A server and what came of each story, by the story's name. */
export interface Column {
  readonly server: string;
  readonly version: string;
  readonly cells: ReadonlyMap<string, Cell>;
}

const show = (cell: Cell | undefined): string => {
  if (cell === undefined) return 'not run';
  if (cell.outcome === 'excused') return `n/a: ${cell.because}`;
  if (cell.outcome === 'failed') return '**failed**';
  const { full, partial, forgotten } = cell.counts;
  const asked = forgotten > 0 ? ` (${forgotten} of them forgotten)` : '';
  return `${full} full${asked}, ${partial} partial`;
};

/** The page of what was run: nothing in it is claimed of a server that was not. */
export const matrixPage = (columns: readonly Column[], seed: number, on: Date): string => {
  const stories = [...SCENARIOS, ...BIG_SCENARIOS].filter(({ name }) =>
    columns.some(({ cells }) => cells.has(name)),
  );
  const row = (words: readonly string[]): string => `| ${words.join(' | ')} |`;
  const head = ['story', ...columns.map(({ server, version }) => `${server} (${version})`)];
  return [
    '<!-- Written by `npm run interop` from what it ran. -->',
    '# The reference and real servers',
    '',
    `Stories of the reference implementation and real servers in one topology, played by \`npm run interop\` on ${on.toISOString().slice(0, 10)} (seed ${seed}). Each cell counts full and partial resynchronizations. A story agrees when in the end everybody has the same replid, the same offset and the same \`DEBUG DIGEST\`, with exactly as many full resynchronizations as the rules make necessary. A tenth of the commands stands in transactions. A Redis 8 whose link ends under load now and then forgets its history and asks for everything (\`PSYNC ? -1\`), also where its master is a Redis 8 and no reference takes part; such full resynchronizations are counted as forgotten.`,
    '',
    row(head),
    row(head.map(() => '---')),
    ...stories.map(({ name }) => row([name, ...columns.map(({ cells }) => show(cells.get(name)))])),
    '',
    ...stories.map(({ name, title }) => `- **${name}**: ${title}.`),
    '',
  ].join('\n');
};
