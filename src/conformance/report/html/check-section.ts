import type { CheckReport } from '../report.ts';
import { html, type Markup } from './markup.ts';
import { OUTCOME_WORDS } from './outcome-words.ts';

/** Where a check stands on the page. */
export const anchorOf = ({ check }: CheckReport): string => `check-${check}`;

/** All about one check; what is broken is open at once. The anchor stands inside, so that a link to it opens the rest. */
export const checkSection = (check: CheckReport): Markup => html`
<details${check.outcome === 'violates' ? html` open` : ''}>
<summary><span class="outcome ${check.outcome}">${OUTCOME_WORDS[check.outcome]}</span> <code>${check.check}</code> ${check.title}</summary>
<div id="${anchorOf(check)}">
<p class="requirement">${check.requirement}</p>
<dl>${factsOf(check).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${check.transcripts.map(linkOf)}</div>
</details>`;

const factsOf = (check: CheckReport): (readonly [name: string, value: Markup])[] => {
  const { level, outcome, expected, fails, waitsFor } = check;
  const weight = outcome === 'violates' && !fails ? `${level}, does not fail the run` : level;
  const bytes = (text: string | undefined) =>
    text === undefined ? undefined : html`<span class="bytes">${text}</span>`;
  const plain = (text: string | undefined) => (text === undefined ? undefined : html`${text}`);
  const facts = [
    ['level', plain(weight)],
    ['expected', plain(expected && OUTCOME_WORDS[expected])],
    ['sent', bytes(check.sent)],
    ['predicted', bytes(check.predicted)],
    ['heard', bytes(check.heard)],
    ['because', plain(check.explanation ?? check.why)],
    ['waits for', plain(waitsFor)],
    ['took', plain(`${check.milliseconds} ms`)],
    ['again', bytes(check.again)],
  ] as const;
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
};

/** What was said on one connection, piece by piece. */
const linkOf = (lines: readonly string[], index: number): Markup => html`
<ol class="link" aria-label="connection ${index + 1}">
<li>connection ${index + 1}${lines.length === 0 ? ': nothing was said' : ''}</li>
${lines.map(pieceOf)}</ol>`;

/** A line of a transcript begins with who spoke, unless it says that lines are left out. */
const pieceOf = (line: string): Markup => {
  const [, who = '', bytes = line] = /^(sent|heard) +(.*)$/s.exec(line) ?? [];
  if (who === '') return html`<li>${line}</li>\n`;
  const shown = who === 'sent' ? 'sent →' : 'heard ←';
  return html`<li class="bytes ${who}"><b>${shown}</b>${bytes}</li>\n`;
};
