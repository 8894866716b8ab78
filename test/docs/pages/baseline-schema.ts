import { z } from 'zod';
import { baselineSchema } from '../../../src/conformance/report/baseline.ts';
import type { Page } from './page.ts';

/** The JSON Schema of what `psyncspec check --write-baseline` writes. */
export const baselineSchemaPage: Page = {
  path: 'docs/baseline.schema.json',
  text: () => `${JSON.stringify(z.toJSONSchema(baselineSchema), null, 2)}\n`,
};
