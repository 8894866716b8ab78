import { z } from 'zod';
import { coverageSchema } from '../../../src/diagram/coverage.ts';
import type { Page } from './page.ts';

/** The JSON Schema of what `psyncspec diagram --coverage` reads. */
export const coverageSchemaPage: Page = {
  path: 'docs/coverage.schema.json',
  text: () => `${JSON.stringify(z.toJSONSchema(coverageSchema), null, 2)}\n`,
};
