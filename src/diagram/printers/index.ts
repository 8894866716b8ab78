import type { Chart } from '../chart.ts';
import { dotOf } from './dot.ts';
import { jsonOf } from './json.ts';
import { mermaidOf } from './mermaid.ts';
import { plantumlOf } from './plantuml.ts';
import { scxmlOf } from './scxml.ts';
import { svgOf } from './svg.ts';

interface Printer {
  /** How files of it end. */
  readonly extension: string;
  readonly print: (chart: Chart) => string | Promise<string>;
}

export const PRINTERS = {
  svg: { extension: 'svg', print: svgOf },
  mermaid: { extension: 'mmd', print: mermaidOf },
  dot: { extension: 'dot', print: dotOf },
  plantuml: { extension: 'puml', print: plantumlOf },
  scxml: { extension: 'scxml', print: scxmlOf },
  json: { extension: 'json', print: jsonOf },
} as const satisfies Record<string, Printer>;

export type Format = keyof typeof PRINTERS;

export const FORMATS = Object.keys(PRINTERS) as readonly Format[];
