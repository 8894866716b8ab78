import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { MACHINES } from '../../../models/machines/catalogue.ts';
import { transitionsOf } from '../../../models/machines/transitions.ts';
import { STANDARD } from '../../../models/rules/ruleset.ts';
import { type Coverage, coverageSchema } from '../../../src/diagram/coverage.ts';
import { GENERATED, type Page, table } from './page.ts';

const FOLDER = new URL('../walks/', import.meta.url);

interface Found {
  readonly outcome: 'conforming' | 'violated' | 'not-reached';
  readonly why: string;
}

/** What walks through one machine saw of one server. */
interface Walk {
  readonly machine: string;
  readonly server: string;
  readonly transitions: Readonly<Record<string, Found>>;
}

const walkOf = ({ subject, transitions }: Coverage): Walk => ({
  machine: transitions[0]?.machine ?? '',
  server: subject,
  transitions: Object.fromEntries(
    transitions.map(({ transition, outcome, where }) => [transition, { outcome, why: where }]),
  ),
});

/** What was seen on live servers, as `npm run walk` kept it. */
const walks = (): Walk[] => {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) =>
      walkOf(coverageSchema.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')))),
    );
};

/** What exists in a dialect as far as walks come by it. */
const existing = ({ transitions }: Walk) =>
  Object.entries(transitions).filter(([, { why }]) => !why.startsWith('no walk leads there'));

const count = (walk: Walk, outcome: Found['outcome']): number =>
  existing(walk).filter(([, each]) => each.outcome === outcome).length;

const SIGNS = { conforming: '✔', violated: '✘', 'not-reached': '–' } as const;

const signOf = (walk: Walk, id: string): string => {
  const found = walk.transitions[id];
  if (found === undefined || found.why.startsWith('no walk leads there')) return '';
  return SIGNS[found.outcome];
};

const summary = (all: readonly Walk[]): string =>
  table(
    ['server', 'machine', 'transitions', 'confirmed', 'violated', 'not provoked', 'share'],
    all.map((walk) => {
      const total = existing(walk).length;
      const confirmed = count(walk, 'conforming');
      return [
        walk.server,
        walk.machine,
        String(total),
        String(confirmed),
        String(count(walk, 'violated')),
        String(count(walk, 'not-reached')),
        `${Math.floor((100 * confirmed) / total)} %`,
      ];
    }),
  );

const grid = (machine: string, all: readonly Walk[]): string => {
  const entry = MACHINES.find(({ name }) => name === machine);
  const of = all.filter((walk) => walk.machine === machine);
  if (entry === undefined || of.length === 0) return '';
  return [
    `## ${entry.title}`,
    table(
      ['transition', ...of.map(({ server }) => server)],
      transitionsOf(entry.create(STANDARD)).map(({ id }) => [
        `\`${id}\``,
        ...of.map((walk) => signOf(walk, id)),
      ]),
    ),
    ...of.map((walk) => reasons(walk)).filter((text) => text !== ''),
  ].join('\n\n');
};

const reasons = (walk: Walk): string => {
  const told = existing(walk).filter(([, { outcome }]) => outcome !== 'conforming');
  if (told.length === 0) return '';
  return [
    `On ${walk.server}:`,
    told.map(([id, { outcome, why }]) => `- ${SIGNS[outcome]} \`${id}\`: ${why}`).join('\n'),
  ].join('\n\n');
};

/** docs/machines/confirmed.md: which transitions live servers were seen to take. */
export const confirmedPage: Page = {
  path: 'docs/machines/confirmed.md',
  text: () => {
    const all = walks();
    return `${[
      GENERATED,
      '# Transitions that live servers were seen to take',
      'Generated paths through the machines were walked on each server: on one that follows a scripted master, and on one that serves scripted replicas. ✔ means that what it sent, what INFO and ROLE showed, when it closed the link and when it connected again was what the machine says; ✘ that it was not, three times in a row; – that it could not be provoked. An empty cell: nothing leads there in the dialect of that server. `npm run walk -- redis-7.0` walks again.',
      summary(all),
      ...[...new Set(all.map(({ machine }) => machine))].map((machine) => grid(machine, all)),
    ].join('\n\n')}\n`;
  },
};
