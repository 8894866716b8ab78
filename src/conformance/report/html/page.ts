import { baselineLines, baselineSummary } from '../baseline-text.ts';
import { familiesOf } from '../families.ts';
import { type CheckReport, OUTCOMES, type Report } from '../report.ts';
import { anchorOf, checkSection } from './check-section.ts';
import { html, Markup } from './markup.ts';
import { OUTCOME_WORDS } from './outcome-words.ts';
import { STYLE } from './style.ts';

type Family = readonly [name: string, checks: readonly CheckReport[]];

/**
 * A report as one page that needs nothing else: no script, and nothing to load. That is also forbidden to it, so that
 * not even a mistake here would let a target's bytes do more than be read.
 */
export const htmlOf = (report: Report): string => {
  const { target, verdict, checks } = report;
  const families = [...familiesOf(checks)];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>psyncspec: ${target.server} as ${target.role}: ${verdict}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${headOf(report)}
${againstBaseline(report)}
${overviewOf(families)}
${families.map(familySection)}
</body>
</html>
`.text;
};

const headOf = (report: Report): Markup => {
  const { target, verdict, tool, seed, startedAt, milliseconds, leftBehind } = report;
  return html`<h1>${target.server} as ${target.role}: <span class="${verdict}">${verdict}</span></h1>
<p class="facts">${target.address}, held to dialect ${target.dialect}, seed ${seed}. ${report.checks.length} checks in ${(milliseconds / 1000).toFixed(1)} s. Begun ${startedAt}, psyncspec ${tool.version}.</p>
${leftBehind.map((what) => html`<p class="bad">not put back: ${what}</p>\n`)}`;
};

const againstBaseline = (report: Report): Markup =>
  report.baseline === undefined
    ? html``
    : html`<h2>Against the baseline: ${baselineSummary(report.baseline)}</h2>
<ul>${baselineLines(report).map(({ tone, text }) => html`<li class="${tone}">${text}</li>\n`)}</ul>`;

/** A row for each family of rules, with a square for each of its checks that leads there. */
const overviewOf = (families: readonly Family[]): Markup => html`<div class="wide"><table>
<thead><tr><th>family</th>${OUTCOMES.map((outcome) => html`<th>${OUTCOME_WORDS[outcome]}</th>`)}<th class="map">checks</th></tr></thead>
<tbody>${families.map(overviewRow)}</tbody>
<tfoot><tr><td>all</td>${countCells(families.flatMap(([, checks]) => checks))}<td></td></tr></tfoot>
</table></div>`;

const overviewRow = ([name, checks]: Family): Markup => html`
<tr><td><a href="#family-${name}">${name}</a></td>${countCells(checks)}<td class="map">${checks.map(squareOf)}</td></tr>`;

const countCells = (checks: readonly CheckReport[]): Markup[] =>
  OUTCOMES.map((outcome) => {
    const count = checks.filter((check) => check.outcome === outcome).length;
    return html`<td class="${count === 0 ? 'zero' : outcome}">${count}</td>`;
  });

const squareOf = (check: CheckReport): Markup => {
  const words = `${check.check}: ${OUTCOME_WORDS[check.outcome]}`;
  return html`<a class="cell ${check.outcome}" href="#${anchorOf(check)}" title="${words}" aria-label="${words}"></a>`;
};

const familySection = ([name, checks]: Family): Markup => html`
<h2 id="family-${name}">${name}</h2>
${checks.map(checkSection)}`;
