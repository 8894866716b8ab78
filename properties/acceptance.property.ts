import fc from 'fast-check';
import { type FullResyncReason, sameReplid } from '../models/rules/partial-resync.ts';
import type { Ruleset } from '../models/rules/ruleset.ts';
import { holds, type Reach } from './holds.ts';
import { ModelCluster } from './model-cluster.ts';
import { RememberedCluster } from './oracle/cluster.ts';

const NODES = 3;

/** In bytes, each of which is a write: small, so that every edge of it comes up. */
const CAPACITY = 2;

/** What happens to a cluster. Nodes by number; what makes no sense for a node as it is does not happen. */
export type ClusterStep =
  | { readonly write: number }
  | { readonly deliverTo: number }
  | { readonly promote: number }
  | { readonly cut: number }
  | { readonly follow: number; readonly master: number }
  | { readonly reconnect: number };

const node = fc.nat({ max: NODES - 1 });

const step: fc.Arbitrary<ClusterStep> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ write: node }) },
  { weight: 4, arbitrary: fc.record({ deliverTo: node }) },
  { weight: 2, arbitrary: fc.record({ promote: node }) },
  { weight: 1, arbitrary: fc.record({ cut: node }) },
  { weight: 2, arbitrary: fc.record({ follow: node, master: node }) },
  { weight: 4, arbitrary: fc.record({ reconnect: node }) },
);

// With fast-check's default sizes the interesting lengths are rare: the worst mutants then survive thousands of runs.
const histories = fc.array(step, { maxLength: 16, size: 'max' });

const full = (because: FullResyncReason): string => `full, because ${because}`;

/** The reasons that come up between nodes which speak for themselves: nobody asks for `?`, and all keep a backlog. */
const REASONS: readonly FullResyncReason[] = [
  'unknown-history',
  'past-second-offset',
  'before-window',
  'after-window',
];

const REACHES = [
  ...REASONS.map(full),
  'continued under replid',
  'continued under replid2',
  'continued with nothing missing',
  'continued from the first byte of the backlog',
];

/** Two clusters that go through the same: one knows only IDs and offsets, the other only bytes. */
class Twins {
  readonly model: ModelCluster;
  readonly bytes = new RememberedCluster(NODES, CAPACITY);

  constructor(rules: Ruleset) {
    this.model = new ModelCluster(NODES, CAPACITY, rules);
  }

  apply(each: ClusterStep, onAsked: (replica: number, master: number) => void): void {
    if ('write' in each) this.#write(each.write);
    else if ('deliverTo' in each) this.#deliver(each.deliverTo);
    else if ('promote' in each) this.#promote(each.promote);
    else if ('cut' in each) this.model.cut(each.cut);
    else if ('follow' in each) this.#follow(each.follow, each.master);
    else this.#reconnect(each.reconnect, onAsked);
  }

  /** Only the master of a history adds to it (docs/protocol.md, ASSUME-1). */
  #write(index: number): void {
    if (this.model.at(index).master !== null) return;
    this.model.append(index, 1);
    this.bytes.write(index);
  }

  #deliver(replica: number): void {
    const { master, linked } = this.model.at(replica);
    if (master === null || !linked) return;
    const lacks = this.bytes.at(master).bytes.length - this.bytes.at(replica).bytes.length;
    if (lacks <= 0) return;
    this.model.append(replica, 1);
    this.bytes.deliver(replica, master);
  }

  #promote(index: number): void {
    if (this.model.at(index).master !== null) this.model.promote(index);
  }

  #follow(index: number, master: number): void {
    if (index !== master && !this.#leadsTo(master, index)) this.model.follow(index, master);
  }

  #reconnect(replica: number, onAsked: (replica: number, master: number) => void): void {
    const { master, linked } = this.model.at(replica);
    if (master === null || linked) return;
    const { master: next, linked: serves } = this.model.at(master);
    if (next !== null && !serves) return;
    onAsked(replica, master);
    if (this.model.ask(replica, master).resync === 'partial') {
      this.model.continue(replica, master);
    } else {
      this.model.resynchronize(replica, master);
      this.bytes.copy(replica, master);
    }
  }

  /** Whether following a node's masters leads to `goal`. */
  #leadsTo(start: number, goal: number): boolean {
    for (let at: number | null = start; at !== null; at = this.model.at(at).master) {
      if (at === goal) return true;
    }
    return false;
  }
}

const note = (twins: Twins, replica: number, master: number, reach: Reach): void => {
  const verdict = twins.model.ask(replica, master);
  if (verdict.resync === 'full') {
    reach(full(verdict.because));
    return;
  }
  const { window } = twins.model.at(master);
  reach(`continued under ${verdict.under}`);
  if (verdict.from === window.firstByte) reach('continued from the first byte of the backlog');
  if (verdict.from === window.firstByte + window.histlen) reach('continued with nothing missing');
};

/** Whether a master can tell that a replica's history has to do with its own: there is no other way than by IDs. */
const areKin = ({ model }: Twins, replica: number, master: number): boolean => {
  const asked = model.at(replica).ids.replid;
  const { replid, replid2 } = model.at(master).ids;
  return sameReplid(asked, replid) || sameReplid(asked, replid2);
};

const walk = (
  rules: Ruleset,
  steps: readonly ClusterStep[],
  reach: Reach,
  judge: (twins: Twins, replica: number, master: number) => void,
): void => {
  const twins = new Twins(rules);
  for (const each of steps) {
    twins.apply(each, (replica, master) => {
      note(twins, replica, master, reach);
      judge(twins, replica, master);
    });
  }
};

export const CONTINUED_IS_PREFIX = holds<Ruleset, ClusterStep[]>({
  id: 'continue-only-onto-a-retained-prefix',
  rules: ['PSYNC-1', 'PSYNC-2', 'PSYNC-3', 'PSYNC-4', 'PROMO-2', 'PROMO-3', 'ADOPT-1', 'REPLID-5'],
  sentence:
    'A replica that is continued has a history that is the beginning of its master’s, and its master still holds the rest.',
  cases: histories,
  reaches: REACHES,
  check: (rules, steps, reach) =>
    walk(rules, steps, reach, (twins, replica, master) => {
      if (twins.model.ask(replica, master).resync === 'full') return;
      if (!twins.bytes.isPrefix(replica, master)) {
        throw new Error(`node ${replica} is continued by node ${master}, but has other bytes`);
      }
      if (!twins.bytes.holdsRest(replica, master)) {
        throw new Error(`node ${replica} is continued by node ${master}, which lacks bytes for it`);
      }
    }),
});

export const NO_NEEDLESS_FULL = holds<Ruleset, ClusterStep[]>({
  id: 'no-needless-full-resynchronization',
  rules: ['PSYNC-5', 'PSYNC-6', 'BACKLOG-2', 'BACKLOG-3', 'PROMO-1', 'PROMO-2', 'ADOPT-1'],
  sentence:
    'A replica whose history is the beginning of its master’s, of which the master holds the rest and recognises the ID, is continued.',
  cases: histories,
  reaches: REACHES,
  check: (rules, steps, reach) =>
    walk(rules, steps, reach, (twins, replica, master) => {
      const verdict = twins.model.ask(replica, master);
      if (verdict.resync === 'partial') return;
      const owed =
        areKin(twins, replica, master) &&
        twins.bytes.isPrefix(replica, master) &&
        twins.bytes.holdsRest(replica, master);
      if (owed) {
        throw new Error(
          `node ${replica} is resynchronized in full by node ${master} without need (${verdict.because})`,
        );
      }
    }),
});
