import { instance } from '@viz-js/viz';
import type { Chart } from '../chart.ts';
import { statesOf } from '../chart.ts';
import { dotOf } from './dot.ts';
import { INK, INK_ON_DARK } from './ink.ts';

/** Attributes have less weight than any style, so the colours of the light page are taken up by their values. */
const darkRules = (): string =>
  Object.entries(INK)
    .map(([mark, light]) => {
      const dark = Object.entries(INK_ON_DARK).find(([name]) => name === mark)?.[1] ?? light;
      return `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`;
    })
    .join('');

const FILL = '#f2f4f7';
const FILL_ON_DARK = '#212830';

const STYLE = `text{font-family:Arial,"Liberation Sans",Helvetica,sans-serif}a{cursor:default}@media (prefers-color-scheme:dark){text{fill:${INK_ON_DARK.plain}}${darkRules()}[fill="${FILL}"]{fill:${FILL_ON_DARK}}}`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** For those who can't see the picture. */
const description = (chart: Chart): string => {
  const shown = chart.shows === null ? '' : ` Shown: ${chart.shows}.`;
  return `${statesOf(chart).length} states, ${chart.transitions.length} transitions.${shown}`;
};

/**
 * A chart as a picture that stands alone, in light and dark colours as the reader's page has them. Graphviz lays it out;
 * it runs in this process and needs neither a browser nor an installation.
 */
export const svgOf = async (chart: Chart): Promise<string> => {
  const graphviz = await instance();
  const svg = graphviz.renderString(dotOf(chart), { format: 'svg', engine: 'dot' });
  const begin = svg.indexOf('<svg');
  const inside = svg.indexOf('>', begin) + 1;
  const head = svg.slice(begin, inside).replace('<svg', '<svg role="img"');
  return [
    head,
    `<title>${escaped(chart.title)}</title>`,
    `<desc>${escaped(description(chart))}</desc>`,
    `<style>${STYLE}</style>`,
    svg
      .slice(inside)
      .replaceAll(/<!--.*?-->\n?/gs, '')
      .trim(),
    '',
  ].join('\n');
};
