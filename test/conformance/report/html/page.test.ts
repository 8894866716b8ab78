import { fc, testProp } from '@fast-check/ava';
import test from 'ava';
import { JSDOM } from 'jsdom';
import { baselineOf, heldTo } from '../../../../src/conformance/report/baseline.ts';
import { htmlOf } from '../../../../src/conformance/report/html/page.ts';
import type { Report } from '../../../../src/conformance/report/report.ts';
import { SEED } from '../../../seed.ts';
import { sampleReport, VIOLATES } from '../sample.ts';

/** A report in which everything that a target can have a say in is the same text. */
const reportSaying = (text: string): Report => {
  const transcripts = [[`sent  ${text}`, `heard ${text}`, text]];
  return sampleReport(
    [
      {
        rule: 'PSYNC-4',
        name: 'a',
        outcome: {
          outcome: 'violates',
          sent: text,
          predicted: text,
          heard: text,
          explanation: text,
        },
        transcripts,
      },
      { rule: 'FULL-7', name: 'b', outcome: { outcome: 'inconclusive', why: text }, transcripts },
    ],
    { server: text },
  );
};

const documentOf = (report: Report): Document => new JSDOM(htmlOf(report)).window.document;

/** A page without its text: each element with the names of its attributes. */
const structureOf = (page: Document): string[] =>
  [...page.querySelectorAll('*')].map(
    (element) =>
      `${element.tagName} ${element
        .getAttributeNames()
        .map((name) => `${name}=${element.getAttribute(name)}`)
        .join(' ')}`,
  );

const HOSTILE = [
  '<script>alert(1)</script>',
  '</dd></dl></details></style></title><img src=x onerror=alert(1)>',
  '" onmouseover="alert(1)" x="',
  "' onmouseover='alert(1)",
  '<!-- ',
  ']]>',
  '&lt;script&gt;',
  '\u0000\u0001\u001b[2J\r\n\u007f\u0085\u009b',
  '\u202egnp.exe\u2066\ufeff\u200b',
  '\ud800',
];

for (const text of HOSTILE) {
  test(`a target that says ${JSON.stringify(text)} changes no element of the page`, (t) => {
    const page = documentOf(reportSaying(text));
    t.deepEqual(structureOf(page), structureOf(documentOf(reportSaying('plain'))));
    t.is(page.querySelector('script, img, iframe, object, link'), null);
  });
}

test('what a target says is read as it was said', (t) => {
  const text = HOSTILE.slice(0, 7).join(' ');
  const page = documentOf(reportSaying(text));
  t.deepEqual(
    [...page.querySelectorAll('dd .bytes')].slice(0, 3).map(({ textContent }) => textContent),
    [text, text, text],
  );
  t.deepEqual(
    [...page.querySelectorAll('.link')].map(({ textContent }) => textContent?.split('\n').slice(2)),
    Array.from({ length: 2 }, () => [`sent →${text}`, `heard ←${text}`, text, '']),
  );
});

test('bytes that nobody would see are shown as escapes', (t) => {
  const page = documentOf(reportSaying('a\u0000\u001b[2J\n\u202eb\ud800'));
  t.is(page.querySelector('dd .bytes')?.textContent, 'a\\x00\\x1b[2J\\x0a\\u{202e}b\\u{d800}');
});

testProp(
  `no text of a target’s changes the page, and none brings a control character (seed ${SEED})`,
  [fc.string({ unit: 'binary', maxLength: 60 })],
  (t, text) => {
    const report = reportSaying(text);
    t.deepEqual(structureOf(documentOf(report)), structureOf(documentOf(reportSaying('plain'))));
    t.notRegex(htmlOf(report), /[^\P{Cc}\n]|[\p{Cs}\p{Cf}]/u);
  },
  { numRuns: 60, seed: SEED },
);

test('the page loads nothing, runs nothing and forbids both', (t) => {
  const page = documentOf(reportSaying('x'));
  t.is(
    page.querySelector('meta[http-equiv]')?.getAttribute('content'),
    "default-src 'none'; style-src 'unsafe-inline'",
  );
  t.is(page.querySelector('[src], script, link, style:not(head style)'), null);
  t.notRegex(page.querySelector('style')?.textContent ?? 'url(', /url\(|@import/);
  for (const link of page.querySelectorAll('a')) t.regex(link.getAttribute('href') ?? '', /^#/);
});

test('the overview counts by family, and each of its links leads to a part of the page', (t) => {
  const page = documentOf(reportSaying('x'));
  t.deepEqual(
    [...page.querySelectorAll('tbody tr, tfoot tr')].map((row) =>
      [...row.querySelectorAll('td')].slice(0, 6).map(({ textContent }) => textContent),
    ),
    [
      ['PSYNC', '0', '1', '0', '0', '0'],
      ['FULL', '0', '0', '1', '0', '0'],
      ['all', '0', '1', '1', '0', '0'],
    ],
  );
  const links = [...page.querySelectorAll('a')];
  t.is(links.length, 4);
  for (const link of links) {
    const id = link.getAttribute('href')?.slice(1) ?? '';
    t.not(page.getElementById(id), null, id);
  }
});

test('a check is told whole, and is open where it violates', (t) => {
  const page = documentOf(reportSaying('x'));
  const [broken, open] = page.querySelectorAll('details');
  t.true(broken?.hasAttribute('open'));
  t.false(open?.hasAttribute('open'));
  t.regex(broken?.textContent ?? '', /A master MUST NOT continue/);
  t.deepEqual(
    [...(broken?.querySelectorAll('dt') ?? [])].map(({ textContent }) => textContent),
    ['level', 'sent', 'predicted', 'heard', 'because', 'took', 'again'],
  );
});

test('what is not as the baseline expects is said at the top', (t) => {
  const report = sampleReport([{ rule: 'PSYNC-4', name: 'a', outcome: VIOLATES }]);
  const before = { ...baselineOf(report), outcomes: { 'PSYNC-4/a': 'conforms' as const } };
  const page = documentOf(heldTo(report, before));
  t.is(page.querySelector('h2')?.textContent, 'Against the baseline: 1 worse');
  t.is(page.querySelector('li.bad')?.textContent, 'worse: PSYNC-4/a: violates, expected conforms');
});
