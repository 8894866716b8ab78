import { readFileSync } from 'node:fs';
import test from 'ava';
import { PAGES } from './pages/index.ts';

for (const { path, text } of PAGES) {
  test(`${path} is what the code says (npm run docs writes it)`, async (t) => {
    // What exists in which dialect is searched anew for every machine.
    t.timeout(600_000);
    t.is(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), await text());
  });
}
