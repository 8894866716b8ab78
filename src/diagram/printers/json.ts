import type { Chart } from '../chart.ts';

/** A chart as JSON, for programs that draw or count on their own. */
export const jsonOf = (chart: Chart): string =>
  `${JSON.stringify({ format: 'psyncspec-chart-1', ...chart }, null, 2)}\n`;
