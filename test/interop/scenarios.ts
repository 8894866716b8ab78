import type { Counts, Member } from './member.ts';
import { inStep } from './member.ts';
import type { Scene } from './scene.ts';

/** A story of the reference and real servers that ends with the same data everywhere. */
export interface Scenario {
  readonly name: string;
  /** A sentence about what holds. */
  readonly title: string;
  /** What the rules allow at the least: so many full resynchronizations, and not one more. */
  readonly full: (scene: Scene) => number;
  /** At least so many continuations. */
  readonly partial: (scene: Scene) => number;
  /** Why servers of some dialects can't take part; null where they can. */
  readonly excuse?: (scene: Scene) => string | null;
  readonly play: (scene: Scene) => Promise<void>;
}

const CUTS = 5;

/** Ends a story: everybody has the same bytes of the same history, and the same data. */
const agree = async (master: Member, ...others: readonly Member[]): Promise<void> => {
  await inStep(master, ...others);
  const expected = await master.digest();
  for (const other of others) {
    const digest = await other.digest();
    if (digest !== expected) {
      throw new Error(`${other.name} has the data ${digest}, its master ${expected}`);
    }
  }
};

/** Loads the top of a chain while the links of one of its members to its replicas are cut. */
const loadWithCuts = async (scene: Scene, top: Member, cutter: Member, replicas: number) => {
  const resyncs = async (): Promise<number> => {
    const { full, partial } = await cutter.counts();
    return full + partial;
  };
  for (let cut = 0; cut < CUTS; cut += 1) {
    const before = await resyncs();
    await scene.load(top);
    await cutter.cutReplicas();
    await scene.load(top);
    await cutter.until('its replicas are back', ({ counters }) => {
      return counters.syncFull + counters.syncPartialOk >= before + replicas;
    });
  }
};

const follow = async (master: Member, ...replicas: readonly Member[]): Promise<void> => {
  for (const replica of replicas) {
    await replica.follow(master);
    await inStep(master, replica);
  }
};

const one = () => 1;
const two = () => 2;

const referenceMaster = (name: string, diskless: 'yes' | 'no', load: string): Scenario => ({
  name,
  title: `two replicas follow a reference master, repl-diskless-sync ${diskless}, through ${CUTS} cuts of both links`,
  full: two,
  partial: () => 2 * CUTS,
  play: async (scene) => {
    const master = await scene.reference({ settings: { 'repl-diskless-sync': diskless } });
    await scene.load(master);
    const config = { 'repl-diskless-load': load };
    const replicas = [await scene.real({ config }), await scene.real({ config })];
    await follow(master, ...replicas);
    await loadWithCuts(scene, master, master, 2);
    await agree(master, ...replicas);
  },
});

const referenceReplica = (name: string, diskless: 'yes' | 'no'): Scenario => ({
  name,
  title: `a reference replica follows a real master, repl-diskless-sync ${diskless}, through ${CUTS} cuts`,
  full: one,
  partial: () => CUTS,
  play: async (scene) => {
    const master = await scene.real({ config: { 'repl-diskless-sync': diskless } });
    await scene.load(master);
    const replica = await scene.reference();
    await follow(master, replica);
    await loadWithCuts(scene, master, master, 1);
    await agree(master, replica);
  },
});

const realReferenceReal: Scenario = {
  name: 'real > reference > real',
  title: 'a chain with the reference in the middle hands every byte on, through cuts of both links',
  full: two,
  partial: () => 2 * CUTS,
  play: async (scene) => {
    const [top, middle, end] = [await scene.real(), await scene.reference(), await scene.real()];
    await scene.load(top);
    await follow(top, middle);
    await follow(middle, end);
    await loadWithCuts(scene, top, top, 1);
    await loadWithCuts(scene, top, middle, 1);
    await agree(top, middle, end);
  },
};

const referenceRealReference: Scenario = {
  name: 'reference > real > reference',
  title: 'a chain with a real server in the middle keeps both references in step, through cuts',
  full: two,
  partial: () => 2 * CUTS,
  play: async (scene) => {
    const [top, middle, end] = [
      await scene.reference(),
      await scene.real(),
      await scene.reference(),
    ];
    await scene.load(top);
    await follow(top, middle);
    await follow(middle, end);
    await loadWithCuts(scene, top, top, 1);
    await loadWithCuts(scene, top, middle, 1);
    await agree(top, middle, end);
  },
};

/** A replica is promoted; its sibling and its former master continue with it. */
const promotion = (name: string, promotes: 'reference' | 'real'): Scenario => ({
  name,
  title: `a ${promotes} replica is promoted, and its sibling and its old master continue with it`,
  full: two,
  partial: two,
  play: async (scene) => {
    // A PING of the old master after the promotion would be a byte that the new history does not share.
    const ours = { settings: { 'repl-ping-replica-period': '3600' } };
    const theirs = { config: { 'repl-ping-replica-period': 3600 } };
    const old = promotes === 'reference' ? await scene.real(theirs) : await scene.reference(ours);
    const [reference, real] = [await scene.reference(ours), await scene.real(theirs)];
    const [next, sibling] = promotes === 'reference' ? [reference, real] : [real, reference];
    await scene.load(old);
    await follow(old, next, sibling);
    await scene.load(old);
    await inStep(old, next, sibling);
    await next.promote();
    await follow(next, old, sibling);
    await scene.load(next);
    await agree(next, old, sibling);
  },
});

const referenceReplicaRestarts: Scenario = {
  name: 'restart of a reference replica',
  title: 'a reference replica that restarts from its snapshot continues with its master',
  full: one,
  partial: one,
  play: async (scene) => {
    const master = await scene.real();
    await scene.load(master);
    const dir = await scene.folder();
    const replica = await scene.reference({ dir });
    await follow(master, replica);
    await scene.load(master);
    await inStep(master, replica);
    await scene.shutDown(replica);
    await scene.load(master);
    const again = await scene.reference({ dir, master });
    await agree(master, again);
  },
};

/** From 7.0 on a master that restarts from its snapshot continues its replicas; before, it starts anew. */
const restartCounts = {
  full: (scene: Scene) => (scene.has('redis-7') ? 1 : 2),
  partial: (scene: Scene) => (scene.has('redis-7') ? 1 : 0),
};

const referenceMasterRestarts: Scenario = {
  name: 'restart of a reference master',
  title: 'a real replica continues with a reference master that restarted from its snapshot',
  ...restartCounts,
  play: async (scene) => {
    const dir = await scene.folder();
    const master = await scene.reference({ dir });
    const replica = await scene.real();
    await follow(master, replica);
    await scene.load(master);
    await inStep(master, replica);
    await scene.shutDown(master);
    const again = await scene.reference({ dir, port: master.port });
    await scene.load(again);
    await agree(again, replica);
  },
};

const realMasterRestarts: Scenario = {
  name: 'restart of a real master',
  title: 'a reference replica continues with a real master that restarted from its snapshot',
  ...restartCounts,
  play: async (scene) => {
    const dir = await scene.folder();
    const config = scene.has('redis-7') ? { 'shutdown-timeout': 10 } : {};
    const master = await scene.real({ dir, config });
    const replica = await scene.reference();
    await follow(master, replica);
    await scene.load(master);
    await inStep(master, replica);
    await scene.shutDown(master);
    const again = await scene.real({ dir, port: master.port });
    await scene.load(again);
    await agree(again, replica);
  },
};

const failover: Scenario = {
  name: 'FAILOVER and back',
  title: 'FAILOVER hands over from a real master to the reference and back, without a full resync',
  full: one,
  partial: two,
  excuse: (scene) => (scene.has('redis-6.2') ? null : 'FAILOVER came with 6.2'),
  play: async (scene) => {
    const [real, reference] = [await scene.real(), await scene.reference()];
    await scene.load(real);
    await follow(real, reference);
    for (const [from, to] of [
      [real, reference],
      [reference, real],
    ] as const) {
      await scene.load(from);
      await from.client.run('FAILOVER', 'TO', to.host, String(to.port), 'TIMEOUT', '20000');
      await to.until('it is a master', ({ role }) => role === 'master');
      await from.until('it is a replica', ({ role, linkUp, failover: state }) => {
        return role === 'slave' && linkUp && state === 'no-failover';
      });
      await scene.load(to);
      await agree(to, from);
    }
  },
};

export const SCENARIOS: readonly Scenario[] = [
  referenceMaster('reference > real, by length', 'no', 'disabled'),
  referenceMaster('reference > real, diskless', 'yes', 'swapdb'),
  referenceReplica('real > reference, by length', 'no'),
  referenceReplica('real > reference, diskless', 'yes'),
  realReferenceReal,
  referenceRealReference,
  promotion('promotion of the reference', 'reference'),
  promotion('promotion of a real replica', 'real'),
  referenceReplicaRestarts,
  referenceMasterRestarts,
  realMasterRestarts,
  failover,
];

const BIG_KEYS = 100_000;
const BIG_BATCH = 2000;
const BIG_VALUE = 1024;

/** A hundred megabytes of strings. */
const loadBig = async (member: Member): Promise<void> => {
  for (let key = 0; key < BIG_KEYS; key += BIG_BATCH) {
    const batch = Array.from({ length: BIG_BATCH }, (_, index) => [
      ...['SET', `big:${key + index}`, String(key + index).padEnd(BIG_VALUE, 'x')],
    ]);
    await member.client.pipeline(...batch);
  }
};

const big = (name: string, master: 'reference' | 'real'): Scenario => ({
  name,
  title: `100 MB go from a ${master} master to a replica as a snapshot, and the stream goes on`,
  full: one,
  partial: one,
  play: async (scene) => {
    const [reference, real] = [await scene.reference(), await scene.real()];
    const [top, replica] = master === 'reference' ? [reference, real] : [real, reference];
    await loadBig(top);
    await follow(top, replica);
    await scene.load(top);
    await top.cutReplicas();
    await agree(top, replica);
  },
});

/** Stories that take a while: played where they are asked for. */
export const BIG_SCENARIOS: readonly Scenario[] = [
  big('100 MB, reference > real', 'reference'),
  big('100 MB, real > reference', 'real'),
];

/** What came of a story; `forgotten` of the full resynchronizations were asked for by a real replica without need. */
export interface Played extends Counts {
  readonly forgotten: number;
}

/**
 * Plays a story and judges its counts. A Redis 8 whose link ends under load now and then forgets its history and asks for
 * everything, also where its master is a Redis 8. That, and what its own replicas then lack, is not the reference's doing, and is counted apart.
 */
export const play = async (scenario: Scenario, scene: Scene): Promise<Played> => {
  await scenario.play(scene);
  const counts = await scene.counts();
  const [full, partial] = [scenario.full(scene), scenario.partial(scene)];
  const forgotten = counts.full - full;
  const someAsked = counts.full > counts.refused;
  const excused = scene.dialect === 'redis-8' && someAsked;
  const tooMany = forgotten > 0 && !excused;
  if (forgotten < 0 || tooMany || counts.partial + forgotten < partial) {
    throw new Error(
      `${counts.full} full and ${counts.partial} partial resynchronizations, where the rules allow ${full} full and at least ${partial} partial`,
    );
  }
  return { ...counts, forgotten };
};
