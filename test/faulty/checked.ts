import { ruleOf } from '../../models/rules/registry.ts';
import { type Mutant, rulesWith } from '../../properties/mutants/index.ts';
import type { Need } from '../../src/conformance/check.ts';
import { checksOf } from '../../src/conformance/checks/index.ts';
import { PIECES_CHECKS } from '../../src/conformance/checks/replica/pieces.ts';
import { humanOf } from '../../src/conformance/report/human.ts';
import { type Report, reportOf } from '../../src/conformance/report/report.ts';
import { type CheckedRole, runChecks } from '../../src/conformance/runner.ts';
import { ReplicationServer } from '../../src/server/server.ts';
import { normalised } from './golden.ts';

const PLAIN = {
  bold: (text: string) => text,
  dim: (text: string) => text,
  good: (text: string) => text,
  bad: (text: string) => text,
  doubtful: (text: string) => text,
};

/** Where a server with a mutant waits in vain for what the fault keeps back, the wait ends soon. */
const TIMEOUT = { master: 700, replica: 2500, chain: 2500 } as const;

const SEED = 7;

/** Offsets of different lengths would break lines at different places. */
const UNWRAPPED = 10_000;

/**
 * Checks the reference server with a fault in it, in one role, by the checks of the rule that it breaks, but
 * for those that go on until their time is up.
 */
export const checked = async (role: CheckedRole, mutant: Mutant): Promise<Report> => {
  const server = await ReplicationServer.listen({
    dialect: mutant.dialect ?? 'redis-7',
    settings: { requirepass: 'secret' },
    rules: rulesWith(mutant),
  });
  try {
    const result = await runChecks({
      role,
      address: { host: server.host, port: server.port, pass: 'secret' },
      checks: checksOf(role).filter(
        (check) => check.rule === mutant.rule && !PIECES_CHECKS.includes(check),
      ),
      seed: SEED,
      timeout: TIMEOUT[role],
      allowed: new Set<Need>(['keys', 'settings', 'role']),
    });
    return reportOf(result, {
      version: '0.0.0',
      address: 'a faulty server',
      strict: true,
      startedAt: new Date(0),
      again: (check) =>
        `npx psyncspec check${role === 'master' ? '' : ` --role ${role}`} --rule ${check} --mutant ${mutant.name}`,
    });
  } finally {
    await server.close();
  }
};

/** A report as people read it, without what differs from run to run. */
export const textOf = (report: Report): string => {
  const titleOf = (rule: Report['checks'][number]['rule']) => ruleOf(rule).title;
  return normalised(humanOf(report, titleOf, UNWRAPPED, PLAIN));
};

/** How many servers are checked side by side: more would make each other wait for answers. */
const AT_ONCE = 4;

let running = 0;
const waiting: (() => void)[] = [];

export const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
};
