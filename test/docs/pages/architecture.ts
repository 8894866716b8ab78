import { LAYERS, type Layer } from '../../architecture.ts';
import { GENERATED, type Page, table } from './page.ts';

const nodeOf = ({ path }: Layer): string => path.replaceAll(/\W/g, '_');

/** Folders that are nothing but the doors to those inside of them would only add arrows. */
const DOORS = new Set(['models', 'src']);

const drawn = LAYERS.filter(({ path }) => !DOORS.has(path));

const picture = (): string =>
  [
    '```mermaid',
    'flowchart BT',
    ...drawn.map((layer) => `  ${nodeOf(layer)}["${layer.path}"]`),
    ...drawn.flatMap((layer) =>
      drawn
        .filter(({ path }) => layer.mayImport.includes(path))
        .map((target) => `  ${nodeOf(layer)} --> ${nodeOf(target)}`),
    ),
    ...drawn.flatMap((layer) =>
      drawn
        .filter(({ path }) => (layer.mayImportTypesOf ?? []).includes(path))
        .map((target) => `  ${nodeOf(layer)} -. types .-> ${nodeOf(target)}`),
    ),
    '```',
  ].join('\n');

/** Who may import whom, as a test enforces it. */
export const architecturePage: Page = {
  path: 'docs/architecture.md',
  text: () =>
    [
      GENERATED,
      '# Architecture',
      '',
      'A decision of the protocol is a pure function in `models/rules`. Everything else calls it, and nothing else compares a replid or an offset: the machines bind it to names, the reference node does what the machines say, the checks predict with it, the oracles doubt it without knowing it.',
      '',
      'An arrow says that a folder may import another. A test reads every import and compares it with this table (`test/architecture.ts`). What is not drawn is forbidden; above all, `src/conformance` never imports `src/replication`, so that the tester and our own server share no mistake but the rules.',
      '',
      picture(),
      '',
      table(
        ['folder', 'holds', 'packages'],
        LAYERS.map(({ path, holds, packages }) => [
          `\`${path}\``,
          holds,
          packages.map((name) => (name === 'node:' ? 'Node’s own' : name)).join(', ') || '–',
        ]),
      ),
      '',
      'Time, randomness and the network are arguments or events. `models`, `properties` and `src/replication` import nothing of Node: the same node runs under a simulated network and under TCP. Only `src/cli` touches `process`.',
      '',
    ].join('\n'),
};
