import { setTimeout as pause } from 'node:timers/promises';
import { judgePsync } from '../../models/rules/partial-resync.ts';
import { nextByte } from '../../models/vocabulary/index.ts';
import type { Control } from '../../src/conformance/target/control.ts';
import { inStep, Member } from '../interop/member.ts';
import { chanceFrom, randomCommands } from '../replication/random-commands.ts';
import type { Phoenix } from './phoenix.ts';

/** What came of many deaths. */
export interface Toll {
  kills: number;
  ofMaster: number;
  ofReplica: number;
  partial: number;
  full: number;
  /** Full resynchronizations by the reason that the rules give for them. */
  readonly reasons: Map<string, number>;
  /** Each of these is a fault of ours. */
  readonly faults: string[];
}

export const newToll = (): Toll => ({
  kills: 0,
  ofMaster: 0,
  ofReplica: 0,
  partial: 0,
  full: 0,
  reasons: new Map(),
  faults: [],
});

export interface Pair {
  readonly master: Phoenix;
  readonly replica: Phoenix;
}

const HOST = '127.0.0.1';

const memberOf = (phoenix: Phoenix): Promise<Member> =>
  Member.of(phoenix.name, { host: HOST, port: phoenix.port }, async () => {});

/** Writes until told to stop; a server that dies under it is no news. */
const writeUntil = async (client: Control, seed: number, isOver: () => boolean): Promise<void> => {
  for (let round = 0; !isOver(); round += 1) {
    const commands = randomCommands(seed + round, 50);
    const wrapped = [['MULTI'], ...commands.slice(0, 5), ['EXEC'], ...commands.slice(5)];
    try {
      await client.pipeline(...wrapped, ['SELECT', '0']);
    } catch {
      return;
    }
  }
};

/** Half of the victims have saved some while before, and a quarter dies while saving. */
const saveSome = async (victim: Phoenix, choice: number): Promise<void> => {
  if (choice === 0) return;
  const member = await memberOf(victim);
  if (choice === 1) void member.client.command('BGSAVE').catch(() => {});
  else await member.client.command('SAVE');
  await member.stop();
};

/** Kills one of the two under load, lets it come back, and demands the same data with no needless transfer. */
export const killOnce = async (pair: Pair, seed: number, toll: Toll): Promise<void> => {
  // Neighbouring seeds would begin alike.
  const chance = chanceFrom(Math.imul(seed, 0x9e3779b1) ^ (seed >>> 7));
  const victim = chance(2) === 0 ? pair.master : pair.replica;
  const seen = Math.max(pair.master.entries.length, pair.replica.entries.length);
  const writer = await memberOf(pair.master);
  let isOver = false;
  const writing = writeUntil(writer.client, seed, () => isOver);
  await pause(chance(200));
  await saveSome(victim, chance(4));
  await pause(chance(200));
  await victim.kill();
  // Written on, where the master lives, so that the replica lacks something.
  await pause(chance(100));
  isOver = true;
  await writing;
  await writer.stop();
  await victim.rise();
  const [master, replica] = [await memberOf(pair.master), await memberOf(pair.replica)];
  try {
    await inStep(master, replica);
    const [one, other] = [await master.digest(), await replica.digest()];
    if (one !== other) toll.faults.push(`seed ${seed}: ${victim.name} killed, the data differ`);
    await count(pair, seen, master, toll, `seed ${seed}, ${victim.name} killed`);
  } catch (error) {
    toll.faults.push(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await master.stop();
    await replica.stop();
  }
  toll.kills += 1;
  if (victim === pair.master) toll.ofMaster += 1;
  else toll.ofReplica += 1;
};

/** Counts what the reference logged since, and asks the rules why there was a full resynchronization. */
const count = async (
  { master, replica }: Pair,
  seen: number,
  member: Member,
  toll: Toll,
  when: string,
): Promise<void> => {
  if (master.entries.length > 0) {
    for (const { event, because } of master.entries.slice(seen)) {
      if (event === 'continues') toll.partial += 1;
      if (event === 'full-resync') countFull(toll, String(because), when);
    }
    return;
  }
  const { ids, window } = await member.observe();
  let request = '';
  for (const entry of replica.entries.slice(seen)) {
    if (entry.event === 'asks-master') request = String(entry.request);
    if (entry.event === 'continued') toll.partial += 1;
    if (entry.event !== 'snapshot-from-master') continue;
    const [, replid = '', position = ''] = request.split(' ');
    const verdict = judgePsync({ replid, nextByte: nextByte(Number(position)) }, ids, window);
    countFull(toll, verdict.resync === 'full' ? verdict.because : 'none', when);
  }
};

/** The backlog is far larger than what is written: nobody can fall out of it. */
const NEVER = /none|before-window|after-window|no longer holds|has not produced/;

const countFull = (toll: Toll, reason: string, when: string): void => {
  toll.full += 1;
  toll.reasons.set(reason, (toll.reasons.get(reason) ?? 0) + 1);
  if (reason === '' || NEVER.test(reason)) {
    toll.faults.push(`${when}: a full resynchronization because of ${reason || 'nothing'}`);
  }
};
