/** A table of a page, under a comment that says what it is: `<!-- worked: psync -->`. */
export interface WorkedTable {
  /** The comment's first word. */
  readonly kind: string;
  /** Its other words, as `offset=100`. */
  readonly given: ReadonlyMap<string, string>;
  /** Where its head stands, counted from 1. */
  readonly line: number;
  readonly rows: readonly WorkedRow[];
}

export interface WorkedRow {
  /** Where it stands, counted from 1. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** What stands between code fences is shown, not said. Lines stay where they are. */
const withoutFences = (text: string): string =>
  text.replaceAll(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ''));

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split('|')
    .map((cell) => cell.trim());

/** The tables that have to be computed anew. */
export const workedTables = (text: string): WorkedTable[] => {
  const lines = text.split('\n');
  return lines.flatMap((comment, index) => {
    const [, kind, words = ''] = /^<!-- worked: (\S+)((?: \S+=\S+)*) -->$/.exec(comment) ?? [];
    if (kind === undefined) return [];
    const given = new Map(
      words
        .split(' ')
        .filter((word) => word !== '')
        .map((word): [string, string] => [word.split('=')[0] ?? '', word.split('=')[1] ?? '']),
    );
    const heads = cellsOf(lines[index + 1] ?? '');
    const rows: WorkedRow[] = [];
    for (let at = index + 3; lines[at]?.startsWith('|'); at += 1) {
      const cells = cellsOf(lines[at] ?? '');
      rows.push({
        line: at + 1,
        cells: new Map(heads.map((head, column) => [head, cells[column] ?? ''])),
      });
    }
    return [{ kind, given, line: index + 2, rows }];
  });
};

/** The text of each numbered section, without that of the sections inside it, by its number. */
export const sectionsOf = (text: string): ReadonlyMap<string, string> => {
  const sections = new Map<string, string>();
  let current: string | null = null;
  for (const line of withoutFences(text).split('\n')) {
    const [, number] = /^#{2,4} (\d+(?:\.\d+)?) \S/.exec(line) ?? [];
    if (number !== undefined) current = number;
    else if (/^#{1,2} /.test(line)) current = null;
    if (current !== null) sections.set(current, `${sections.get(current) ?? ''}${line}\n`);
  }
  return sections;
};

/** A link of a page: what it leads to, and where it stands, counted from 1. */
export interface Link {
  readonly to: string;
  readonly line: number;
}

export const linksOf = (text: string): Link[] =>
  withoutFences(text)
    .split('\n')
    .flatMap((line, index) =>
      [...line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => ({
        to,
        line: index + 1,
      })),
    );

/** What the site that shows a page makes of a heading's text. */
const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

/** Everything on a page that a link may lead to: its headings, and the anchors that it sets itself. */
export const anchorsOf = (text: string): ReadonlySet<string> => {
  const shown = withoutFences(text);
  return new Set([
    ...[...shown.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id),
    ...[...shown.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => slugOf(heading)),
  ]);
};
