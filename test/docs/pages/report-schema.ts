import { z } from 'zod';
import { reportSchema } from '../../../src/conformance/report/report.ts';
import type { Page } from './page.ts';

/** The JSON Schema of what `psyncspec check --json` writes. */
export const reportSchemaPage: Page = {
  path: 'docs/report.schema.json',
  text: () => `${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`,
};
