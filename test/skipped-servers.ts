import { cacheFolder } from '../src/zoo/index.ts';
import { lastSkips } from './skipped.ts';

/** Says which tests did not run, as their servers could not be had. */
const last = await lastSkips(cacheFolder(process.env, process.cwd()));
for (const { test, reason } of last?.skips ?? []) console.log(`skipped: ${test}\n  ${reason}`);
console.log(
  last === null
    ? 'No test was skipped for want of a server within the last day.'
    : `${last.skips.length} tests were skipped for want of a server, in the run of ${last.at.toISOString()}.`,
);
