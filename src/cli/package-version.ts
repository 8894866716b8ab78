import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The version of this package, from the nearest package.json above, whether run from sources or from dist. */
export const packageVersion = (): string => {
  for (const up of ['../..', '../../..']) {
    try {
      const text = readFileSync(new URL(`${up}/package.json`, import.meta.url), 'utf8');
      const parsed = z
        .object({ name: z.literal('psyncspec'), version: z.string() })
        .safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data.version;
    } catch {
      // Not there: it is one folder further up.
    }
  }
  return 'unknown';
};
