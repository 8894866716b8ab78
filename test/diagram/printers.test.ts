import { spawnSync } from 'node:child_process';
import { instance } from '@viz-js/viz';
import { DOMParser } from '@xmldom/xmldom';
import test from 'ava';
import { JSDOM } from 'jsdom';
import { MACHINES } from '../../models/machines/catalogue.ts';
import { type Chart, statesOf } from '../../src/diagram/chart.ts';
import { chartOf } from '../../src/diagram/chart-of.ts';
import { dotOf } from '../../src/diagram/printers/dot.ts';
import { jsonOf } from '../../src/diagram/printers/json.ts';
import { mermaidOf } from '../../src/diagram/printers/mermaid.ts';
import { plantumlOf } from '../../src/diagram/printers/plantuml.ts';
import { scxmlOf } from '../../src/diagram/printers/scxml.ts';
import { svgOf } from '../../src/diagram/printers/svg.ts';

/** Throws where a text is not well-formed. */
const parseXml = (text: string) =>
  new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(text, 'text/xml');

/** Mermaid cleans labels with the means of a browser also where it only parses. */
const loadMermaid = async () => {
  const { window } = new JSDOM('');
  Object.assign(globalThis, { window, document: window.document });
  const { default: mermaid } = await import('mermaid');
  return mermaid;
};

const charts = MACHINES.map(chartOf);

const readByPlantuml = (text: string): string =>
  spawnSync('plantuml', ['-syntax'], { input: text, encoding: 'utf8', timeout: 60_000 }).stdout ??
  '';

const hasPlantuml = readByPlantuml('@startuml\n[*] --> one\n@enduml\n') !== '';

/** A chart whose words hold what each of the languages could stumble over. */
const hostile: Chart = {
  name: 'hostile',
  title: 'A "title" <with> & everything; in: it #1',
  shows: 'x < y & "z"',
  initial: 'one',
  states: [
    {
      path: 'one',
      name: 'one',
      means: 'says "no" <twice>',
      stay: 'resting',
      initial: null,
      entry: ['doThis'],
      states: [],
      mark: 'added',
    },
    {
      path: 'two',
      name: 'two',
      means: '',
      stay: 'final',
      initial: null,
      entry: [],
      states: [],
      mark: 'removed',
    },
  ],
  transitions: [
    {
      id: 'one/A&B/isLess<More>',
      from: 'one',
      to: 'two',
      event: 'A&B',
      guard: 'isLess<More>"quoted";#:',
      isElse: false,
      effects: ['say"Hello"', 'end'],
      rules: [],
      mark: 'violated',
    },
  ],
};

for (const chart of [...charts, hostile]) {
  test(`Graphviz reads the dot of ${chart.name} and draws every state in the SVG`, async (t) => {
    const graphviz = await instance();
    const { status, errors } = graphviz.render(dotOf(chart), { format: 'json' });
    t.is(status, 'success', JSON.stringify(errors));
    // It guesses the widths of arrows and ticks, which no metrics that it carries hold.
    const known = /no value for width of non-ASCII character/;
    t.deepEqual(
      errors.filter(({ message }) => !known.test(message)),
      [],
    );
    const svg = await svgOf(chart);
    const titles = [...parseXml(svg).getElementsByTagName('title')].map((each) => each.textContent);
    for (const { path, stay } of statesOf(chart)) {
      t.true(titles.includes(stay === 'around' ? `cluster ${path}` : path), path);
    }
  });

  test(`an XML parser finds every state and transition in the SCXML of ${chart.name}`, (t) => {
    const parsed = parseXml(scxmlOf(chart));
    const ids = ['state', 'final'].flatMap((name) =>
      [...parsed.getElementsByTagName(name)].map((each) => each.getAttribute('id')),
    );
    t.deepEqual(ids.sort(), [chart.name, ...statesOf(chart).map(({ path }) => path)].sort());
    t.is(parsed.getElementsByTagName('transition').length, chart.transitions.length);
    for (const transition of parsed.getElementsByTagName('transition')) {
      const target = transition.getAttribute('target');
      if (target !== null) t.true(ids.includes(target), target);
    }
  });

  test.serial(`Mermaid's own parser takes the Mermaid of ${chart.name}`, async (t) => {
    const mermaid = await loadMermaid();
    const parsed = await mermaid.parse(mermaidOf(chart));
    t.is(parsed.diagramType, 'stateDiagram');
  });

  // Debian has PlantUML, other systems need not.
  (hasPlantuml ? test : test.skip)(`PlantUML takes the PlantUML of ${chart.name}`, (t) => {
    t.regex(readByPlantuml(plantumlOf(chart)), /^STATE\n/);
  });

  test(`the JSON of ${chart.name} is the chart`, (t) => {
    t.deepEqual(JSON.parse(jsonOf(chart)), { format: 'psyncspec-chart-1', ...chart });
  });
}

test.serial('the parsers find what is wrong', async (t) => {
  const mermaid = await loadMermaid();
  await t.throwsAsync(mermaid.parse('stateDiagram-v2\n  state {'));
  t.throws(() => parseXml('<state></transition>'), { any: true });
  const graphviz = await instance();
  t.is(graphviz.render('digraph { a -> }').status, 'failure');
});

test('every text of a chart stands in each drawing of it', async (t) => {
  for (const chart of charts) {
    const effects = new Set(chart.transitions.flatMap((each) => each.effects));
    const svg = (await svgOf(chart)).replaceAll(/<[^>]*>|&#160;/g, ' ').replaceAll(/\s+/g, ' ');
    for (const text of [mermaidOf(chart), plantumlOf(chart), svg]) {
      for (const effect of effects) {
        const words = effect.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
        t.true(text.includes(words), `${chart.name} ${words}`);
      }
    }
  }
});

test('drawing twice gives the same picture', async (t) => {
  for (const chart of charts) t.is(await svgOf(chart), await svgOf(chart));
});
