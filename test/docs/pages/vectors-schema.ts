import { jsonSchema } from '../../../src/vectors/index.ts';
import type { Page } from './page.ts';

/** The JSON Schema of what `psyncspec vectors --out` writes. */
export const vectorsSchemaPage: Page = {
  path: 'docs/vectors.schema.json',
  text: () => `${JSON.stringify(jsonSchema(), null, 2)}\n`,
};
