/** psyncspec as a library: check a server, or be one. The rules and machines are in `psyncspec/models`. */
export type { Check, Need } from './conformance/check.ts';
export { MASTER_CHECKS } from './conformance/checks/index.ts';
export type { Outcome } from './conformance/outcome.ts';
export { PreflightFailure } from './conformance/preflight.ts';
export {
  type Baseline,
  baselineOf,
  baselineSchema,
  heldTo,
} from './conformance/report/baseline.ts';
export { junitOf } from './conformance/report/junit.ts';
export { type Report, reportOf, reportSchema } from './conformance/report/report.ts';
export { tapOf } from './conformance/report/tap.ts';
export {
  type CheckResult,
  type RunOptions,
  type RunResult,
  runChecks,
} from './conformance/runner.ts';
export type { TargetAddress } from './conformance/target/address.ts';
export { ReplicationServer, type ServerOptions } from './server/server.ts';
