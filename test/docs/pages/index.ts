import { adapterSchemaPage } from './adapter-schema.ts';
import { architecturePage } from './architecture.ts';
import { confirmedPage } from './confirmed.ts';
import { coverageSchemaPage } from './coverage-schema.ts';
import { machineRowsPage } from './machine-rows.ts';
import { MACHINE_PAGES } from './machines.ts';
import type { Page } from './page.ts';
import { reportSchemaPage } from './report-schema.ts';
import { rulesPage } from './rules.ts';

/** Every page that is generated from the code. */
export const PAGES: readonly Page[] = [
  adapterSchemaPage,
  rulesPage,
  architecturePage,
  reportSchemaPage,
  machineRowsPage,
  coverageSchemaPage,
  ...MACHINE_PAGES,
  confirmedPage,
];
