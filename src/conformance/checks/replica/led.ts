import type { RuleId } from '../../../../models/rules/registry.ts';
import { type Check, check, type Need } from '../../check.ts';
import { Lead } from '../../lead.ts';

interface LedOptions {
  /** Besides the role. */
  readonly needs?: readonly Need[];
  readonly waitsFor?: string;
}

/** A check that plays the target's master. */
export const led = (
  rule: RuleId,
  name: string,
  title: string,
  run: (lead: Lead) => Promise<void>,
  { needs = [], ...options }: LedOptions = {},
): Check =>
  check(rule, name, title, (lab) => run(new Lead(lab)), { ...options, needs: ['role', ...needs] });

/** The same for one that sends a whole snapshot. */
export const loading = (
  rule: RuleId,
  name: string,
  title: string,
  run: (lead: Lead) => Promise<void>,
  { needs = [], ...options }: LedOptions = {},
): Check => led(rule, name, title, run, { ...options, needs: ['data', ...needs] });

/** What a replica waits for that tries again. */
export const REPLICA_CRON = 'its replication cron, which runs once a second';
