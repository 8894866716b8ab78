import type { Dialect } from '../../models/vocabulary/index.ts';
import type { InfoFields } from '../wire/info.ts';
import { appliesTo, type Check, type Need } from './check.ts';
import { Lab, type LabEquipment } from './lab.ts';
import { ClientGone, type Finding, NoVerdict, type Outcome, Violation } from './outcome.ts';
import { preflight, preflightReplica } from './preflight.ts';
import { Chance } from './random.ts';
import type { TargetAddress } from './target/address.ts';
import { ErrorReply, type TargetControl } from './target/control.ts';
import type { FakeMaster } from './target/fake-master.ts';
import { NO_CONTROL } from './target/no-control.ts';
import { UnreadableInfo } from './target/observation.ts';
import { PeerError } from './target/peer.ts';
import { Settings } from './target/settings.ts';

/** The part of replication that a target is checked in. */
export type CheckedRole = 'master' | 'replica' | 'chain';

export interface RunOptions {
  readonly address: TargetAddress;
  /** `master` by default. */
  readonly role?: CheckedRole;
  readonly checks: readonly Check[];
  readonly seed: number;
  /** The longest wait for one answer, in milliseconds. */
  readonly timeout: number;
  /** What checks may do to the target besides asking. */
  readonly allowed: ReadonlySet<Need>;
  /** Ends the run early; what was changed is put back all the same. */
  readonly signal?: AbortSignal;
  readonly onResult?: (result: CheckResult) => void;
}

export interface CheckResult {
  readonly check: Check;
  readonly outcome: Outcome;
  readonly milliseconds: number;
  /** What was said on each connection, for checks that did not conform. */
  readonly transcripts: readonly (readonly string[])[];
}

export interface RunResult {
  readonly server: string;
  readonly role: CheckedRole;
  readonly dialect: Dialect;
  readonly seed: number;
  readonly results: readonly CheckResult[];
  readonly milliseconds: number;
  /** What could not be put back, in words; empty where everything was. */
  readonly leftBehind: readonly string[];
}

/** Settings under which a master neither waits for its own clock nor talks between the lines, where it takes them. */
const QUIET_MASTER: readonly (readonly [string, string])[] = [
  ['repl-diskless-sync', 'no'],
  ['repl-diskless-sync-delay', '0'],
  ['repl-ping-replica-period', '3600'],
  ['repl-timeout', '60'],
  ['save', ''],
  ['hz', '500'],
];

/** Settings under which a replica takes a snapshot in the way that most do, and serves its own at once. */
const PLAIN_REPLICA: readonly (readonly [string, string])[] = [
  ['repl-diskless-sync', 'no'],
  ['repl-diskless-sync-delay', '0'],
  ['repl-diskless-load', 'disabled'],
  ['repl-timeout', '60'],
  ['save', ''],
  ['appendonly', 'no'],
  ['hz', '500'],
];

/** Checks a target. Throws `PreflightFailure` where it can't be checked at all. */
export async function runChecks(options: RunOptions): Promise<RunResult> {
  const { address, timeout, role = 'master' } = options;
  const patience = { timeout };
  const { control, identity } =
    role === 'master'
      ? await preflight(address, patience)
      : await preflightReplica(address, patience, options.allowed.has('data'));
  // Where it had no data and no replicas, following us takes none away.
  const allowed = new Set<Need>([
    ...options.allowed,
    ...(role === 'master' ? [] : (['data'] as const)),
  ]);
  const equipment = equip(options, control, identity.dialect, null);
  return runWith({ ...options, allowed, role }, equipment, identity.server);
}

/** Checks whatever connects to `listener` by itself, from its first link on. */
export const runListening = async (
  options: Omit<RunOptions, 'address'> & { readonly dialect: Dialect },
  listener: FakeMaster,
): Promise<RunResult> => {
  await listener.dialled(options.signal);
  const complete = { ...options, address: { host: '127.0.0.1', port: listener.port } };
  const equipment = equip(complete, NO_CONTROL, options.dialect, listener);
  return runWith(complete, equipment, 'a client that connects by itself');
};

const equip = (
  { address, timeout, seed }: RunOptions,
  control: TargetControl,
  dialect: Dialect,
  listener: FakeMaster | null,
): LabEquipment => {
  const chance = new Chance(seed);
  return {
    address,
    timeout,
    control,
    chance,
    dialect,
    listener,
    settings: new Settings(control),
    keyPrefix: `psyncspec:${chance.hex(8)}:`,
    ownPorts: new Set(),
    keys: new Map(),
    shared: new Map(),
  };
};

const runWith = async (
  options: RunOptions,
  equipment: LabEquipment,
  server: string,
): Promise<RunResult> => {
  const begun = performance.now();
  const { seed, role = 'master' } = options;
  const { control, dialect } = equipment;
  const run = new Run(options, equipment);
  try {
    const results = await run.all();
    const leftBehind = await run.cleanUp();
    const milliseconds = performance.now() - begun;
    return { server, role, dialect, seed, results, leftBehind, milliseconds };
  } finally {
    control.close();
  }
};

type Attempt = Pick<CheckResult, 'outcome' | 'transcripts'>;

const CONFORMS: Attempt = { outcome: { outcome: 'conforms' }, transcripts: [] };

const withoutRun = (outcome: Outcome): Attempt => ({ outcome, transcripts: [] });

/** One run of checks against one target. */
class Run {
  readonly #options: RunOptions;
  readonly #equipment: LabEquipment;
  /** The master that the target had before we came. */
  #master: readonly string[] | null = null;
  /** The check during which the target went away, if it did. */
  #lostDuring: string | null = null;

  constructor(options: RunOptions, equipment: LabEquipment) {
    this.#options = options;
    this.#equipment = equipment;
  }

  get #isTold(): boolean {
    return this.#equipment.listener === null;
  }

  async all(): Promise<CheckResult[]> {
    const { checks, onResult } = this.#options;
    if (this.#isTold) await this.#prepare();
    const results: CheckResult[] = [];
    for (const check of checks) {
      const begun = performance.now();
      const attempt = this.#reasonNotToRun(check) ?? (await this.#confirmed(check));
      const result = { check, ...attempt, milliseconds: performance.now() - begun };
      results.push(result);
      onResult?.(result);
    }
    return results;
  }

  async #prepare(): Promise<void> {
    const { allowed, role } = this.#options;
    const { control, settings } = this.#equipment;
    try {
      this.#master = masterOf(await control.info('replication'));
      if (!allowed.has('settings')) return;
      for (const [name, value] of role === 'master' ? QUIET_MASTER : PLAIN_REPLICA) {
        await settings.prefer(name, value);
      }
    } catch (error) {
      if (!isTargetsDoing(error)) throw error;
      this.#lostDuring = 'the preparation';
    }
  }

  /** Deletes our keys and puts every setting and the target's master back. Says what could not be undone. */
  async cleanUp(): Promise<string[]> {
    if (!this.#isTold) return [];
    const { settings, control, keys } = this.#equipment;
    const master = this.#master;
    const problems: string[] = [];
    const tryTo = async (what: string, undo: () => Promise<unknown>) => {
      try {
        await undo();
      } catch (error) {
        problems.push(`${what} (${error instanceof Error ? error.message : String(error)})`);
      }
    };
    for (const [database, names] of keys) {
      await tryTo(`${names.size} keys in database ${database}`, async () => {
        await control.run('SELECT', String(database));
        for (const batch of batches([...names], 500)) await control.run('DEL', ...batch);
        await control.run('SELECT', '0');
      });
    }
    await tryTo(`settings: ${settings.pending().join(', ')}`, () => settings.restoreAll());
    if (master !== null && this.#options.allowed.has('role')) {
      await tryTo(`its master ${master.join(':')}`, () => control.run('REPLICAOF', ...master));
    }
    return problems;
  }

  #reasonNotToRun(check: Check): Attempt | null {
    const { allowed, signal } = this.#options;
    const { dialect } = this.#equipment;
    if (signal?.aborted) {
      return withoutRun({ outcome: 'inconclusive', why: 'the run was interrupted' });
    }
    if (this.#lostDuring !== null) {
      const why = `the target went away during ${this.#lostDuring}`;
      return withoutRun({ outcome: 'inconclusive', why });
    }
    if (!appliesTo(check, dialect)) {
      const why = `the rule does not hold for ${dialect}`;
      return withoutRun({ outcome: 'not-applicable', why });
    }
    const forbidden = check.needs.filter((need) => !allowed.has(need));
    if (forbidden.length === 0) return null;
    const why = `it would change the target’s ${forbidden.join(' and ')}`;
    return withoutRun({ outcome: 'not-applicable', why });
  }

  /** A violation that is not there when the question is put again is in doubt. */
  async #confirmed(check: Check): Promise<Attempt> {
    const first = await this.#attempt(check);
    const repeatable = check.waitsFor === null && this.#lostDuring === null;
    if (first.outcome.outcome !== 'violates' || !repeatable) return first;
    const second = await this.#attempt(check);
    if (second.outcome.outcome !== 'conforms') return first;
    const why = `it conformed when asked again; before, predicted ${first.outcome.predicted}, heard ${first.outcome.heard}`;
    return { ...first, outcome: { outcome: 'inconclusive', why } };
  }

  async #attempt(check: Check): Promise<Attempt> {
    const lab = new Lab(this.#equipment);
    const abandon = () => lab.abandon();
    this.#options.signal?.addEventListener('abort', abandon);
    try {
      await check.run(lab);
      return CONFORMS;
    } catch (error) {
      const outcome = await this.#outcomeOf(error, check, lab);
      return { outcome, transcripts: lab.transcripts() };
    } finally {
      this.#options.signal?.removeEventListener('abort', abandon);
      await this.#closed(lab);
    }
  }

  /** What could not be put back after a check is tried again at the end of the run, and said if that fails too. */
  async #closed(lab: Lab): Promise<void> {
    try {
      await lab.close();
    } catch (error) {
      if (!isTargetsDoing(error)) throw error;
    }
  }

  async #outcomeOf(error: unknown, check: Check, lab: Lab): Promise<Outcome> {
    if (this.#options.signal?.aborted) {
      return { outcome: 'inconclusive', why: 'the run was interrupted' };
    }
    if (error instanceof Violation) return { outcome: 'violates', ...error.finding };
    if (error instanceof ClientGone) this.#lostDuring = check.id;
    if (error instanceof NoVerdict) return error.outcome;
    if (error instanceof UnreadableInfo) return { outcome: 'inconclusive', why: error.message };
    if (error instanceof ErrorReply) {
      const why = `the target refused what the check needs: -${error.message}`;
      return { outcome: 'inconclusive', why };
    }
    // Anything else is a mistake of ours, and hiding it behind a verdict would be another.
    if (!(error instanceof PeerError)) throw error;
    return this.#judgeSilence(error, check, lab);
  }

  /**
   * The target did not say what it had to. While it answers on another connection, that is a violation; if nobody
   * listens there any more, it did not survive the check; if it is merely silent, nothing can be told.
   */
  async #judgeSilence(error: PeerError, check: Check, lab: Lab): Promise<Outcome> {
    const finding: Finding = {
      sent: lab.lastSent(),
      predicted: check.title,
      heard: error.message,
    };
    // A target that reads a link of ours as if there were nothing else is free again when that ends.
    lab.abandon();
    try {
      if (this.#isTold) await this.#equipment.control.command('PING');
      return { outcome: 'violates', ...finding };
    } catch (lost) {
      if (!isTargetsDoing(lost)) throw lost;
      this.#lostDuring = check.id;
      const why = lost instanceof Error ? lost.message : String(lost);
      return lost instanceof PeerError && lost.problem === 'refused'
        ? {
            outcome: 'violates',
            ...finding,
            heard: `${error.message}, and the target is gone: ${why}`,
          }
        : { outcome: 'inconclusive', why: `the target stopped answering: ${why}` };
    }
  }
}

/** Whom a target follows, as words of REPLICAOF; null for a master. */
const masterOf = (fields: InfoFields): readonly string[] | null => {
  const host = fields.get('master_host');
  const port = fields.get('master_port');
  return fields.get('role') === 'master' || host === undefined || port === undefined
    ? null
    : [host, port];
};

/** Whether an error tells of the target and not of a mistake of ours. */
const isTargetsDoing = (error: unknown): boolean =>
  error instanceof PeerError || error instanceof ErrorReply || error instanceof UnreadableInfo;

const batches = (names: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(names.length / size) }, (_, index) =>
    names.slice(index * size, (index + 1) * size),
  );
