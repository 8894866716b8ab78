import { adapterSchema } from '../../../src/systems/stdio/messages.ts';
import type { Page } from './page.ts';

/** The JSON Schema of what psyncspec and an adapter say to each other. */
export const adapterSchemaPage: Page = {
  path: 'docs/adapter.schema.json',
  text: () => `${JSON.stringify(adapterSchema(), null, 2)}\n`,
};
