import { readFileSync } from 'node:fs';
import test from 'ava';
import { PAGES } from './pages/index.ts';

for (const { path, text } of PAGES) {
  test(`${path} is what the code says (npm run docs writes it)`, async (t) => {
    t.is(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), await text());
  });
}
