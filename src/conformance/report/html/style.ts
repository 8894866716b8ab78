/** How the page looks, in the light and in the dark, and on a narrow screen. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2128; --faint: #5b6570; --line: #d5dae0; --inset: #f4f6f8;
  --conforms: #1a7f37; --violates: #c62026; --inconclusive: #9a6700; --unsupported: #6e7781; --not-applicable: #afb8c1;
  --sent: #0550ae; --heard: #7a3e9d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --ink: #e3e8ee; --faint: #9aa5b1; --line: #333b45; --inset: #1d232a;
    --conforms: #3fb950; --violates: #ff6b66; --inconclusive: #d9a520; --unsupported: #8b949e; --not-applicable: #57606a;
    --sent: #79b8ff; --heard: #d2a8ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
a { color: inherit; }
.facts { color: var(--faint); margin: 0 0 1rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; white-space: nowrap; }
th { color: var(--faint); font-weight: 600; }
th:first-child, td:first-child, td.map, th.map { text-align: left; }
td.map { white-space: normal; min-width: 12rem; }
.cell { display: inline-block; width: .7rem; height: .7rem; margin: 0 1px; border-radius: 2px; background: currentColor; }
.conforms { color: var(--conforms); } .violates { color: var(--violates); } .inconclusive { color: var(--inconclusive); }
.unsupported { color: var(--unsupported); } .not-applicable { color: var(--not-applicable); }
.good { color: var(--conforms); } .bad { color: var(--violates); } .doubtful { color: var(--inconclusive); }
.zero { color: var(--line); }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: 0 .8rem; }
summary { cursor: pointer; padding: .45rem 0; overflow-wrap: anywhere; }
summary .outcome { font-weight: 600; }
summary code { font-weight: 600; }
code, .bytes { font: 13px/1.5 ui-monospace, monospace; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: .3rem 0 .8rem; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.requirement { margin: .2rem 0 .6rem; }
.link { background: var(--inset); border-radius: 6px; margin: 0 0 .8rem; padding: .5rem .8rem; list-style: none; }
.link li { overflow-wrap: anywhere; padding-left: 4.5rem; text-indent: -4.5rem; }
.bytes { white-space: pre-wrap; }
.link .bytes { word-break: break-all; }
.link b { display: inline-block; width: 4.5rem; text-indent: 0; font-weight: 600; }
.sent b { color: var(--sent); } .heard b { color: var(--heard); }
@media (max-width: 40rem) { dl { grid-template-columns: minmax(0, 1fr); } body { padding: .8rem; } }
`;
