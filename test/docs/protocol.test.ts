import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { RULE_IDS } from '../../models/rules/registry.ts';
import { crossedLinks, missingFrom, sectionNumbers, sectionsNamedIn } from './citations.ts';
import { brokenLinks } from './links.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const exists = (path: string): boolean => existsSync(new URL(path, ROOT));

const filesUnder = (folder: string, ending: string): string[] =>
  readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => `${folder}/${path}`);

const PROTOCOL = read('docs/protocol.md');
const PAGES = new Map(
  ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesUnder('docs', '.md')].map((path) => [
    path,
    read(path),
  ]),
);
const CODE = ['models', 'properties', 'src', 'test'].flatMap((folder) => filesUnder(folder, '.ts'));

test('every section that a rule cites is there, and links that rule', (t) => {
  t.deepEqual(missingFrom(PROTOCOL), []);
});

test('a missing section and a missing link are noticed', (t) => {
  const withoutSection = missingFrom(PROTOCOL.replace('### 2.8 ', '### '));
  t.true(withoutSection.includes('FULL-7 cites section 2.8, which is not there'));
  for (const rule of RULE_IDS) {
    const damaged = PROTOCOL.replaceAll(`[${rule}](rules.md#${rule.toLowerCase()})`, rule);
    t.true(
      missingFrom(damaged).some((problem) => problem.includes(`[${rule}]`)),
      `nobody misses ${rule}`,
    );
  }
});

test('a link that names a rule leads to that rule', (t) => {
  for (const [path, text] of PAGES) t.deepEqual(crossedLinks(text), [], path);
  t.deepEqual(crossedLinks('as [PSYNC-2](rules.md#psync-3) says'), ['[PSYNC-2](rules.md#psync-3)']);
});

test('sections are numbered in order, each once', (t) => {
  const numbers = sectionNumbers(PROTOCOL);
  const place = (number: string): number => {
    const [chapter = 0, section = 0] = number.split('.').map(Number);
    return chapter * 100 + section;
  };
  t.deepEqual(
    numbers,
    [...new Set(numbers)].sort((one, other) => place(one) - place(other)),
  );
  t.true(numbers.length > 60);
  for (const number of numbers) t.true(PROTOCOL.includes(`<a id="section-${number}"></a>`), number);
});

test('every section and assumption that the code names is there', (t) => {
  const numbers = new Set(sectionNumbers(PROTOCOL));
  let named = 0;
  for (const path of CODE) {
    const text = read(path);
    for (const number of sectionsNamedIn(text)) {
      named += 1;
      t.true(numbers.has(number), `${path} names section ${number}`);
    }
    for (const [assumption] of text.matchAll(/ASSUME-\d+/g)) {
      named += 1;
      t.true(PROTOCOL.includes(`</a>${assumption} |`), `${path} names ${assumption}`);
    }
  }
  t.true(named > 5);
});

test('every link of the documentation to a file of ours leads somewhere', (t) => {
  t.deepEqual(brokenLinks(PAGES, exists), []);
});

test('a broken link is noticed, to a file and to a place on a page', (t) => {
  const pages = new Map([
    ['a.md', '[x](b.md) [x](b.md#there) [x](b.md#gone) [x](c.md)\n[x](#gone) [x](https://x.org/)'],
    ['b.md', '# There\n`[x](no-link.md)`\n```\n[x](shown.md)\n```\n'],
  ]);
  t.deepEqual(
    brokenLinks(pages, (path) => pages.has(path)),
    [
      'a.md:1: b.md#gone: no such place in b.md',
      'a.md:1: c.md: there is no c.md',
      'a.md:2: #gone: no such place in a.md',
    ],
  );
});
