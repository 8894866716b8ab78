import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAGES } from './pages/index.ts';

/** Writes every generated page: `npm run docs`. */
for (const { path, text } of PAGES) {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await text());
  process.stdout.write(`${path}\n`);
}
