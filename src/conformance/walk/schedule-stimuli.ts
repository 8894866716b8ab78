import type { AnyMachineSnapshot } from 'xstate';
import type {
  ScheduleEvent,
  ScheduleView,
  WaitingReplica,
} from '../../../models/machines/snapshot-schedule-terms.ts';
import { statePath } from './link-stimuli.ts';
import type { NamedEvent } from './paths.ts';

/** What a walk has brought about so far. */
export interface ScheduleWorld {
  readonly disklessSync: boolean;
  readonly delaySeconds: number;
  /** Numbers of the replicas that wait for a snapshot to be begun. */
  readonly waiting: readonly number[];
  /** And of those that wait for the end of the one under way. */
  readonly receivers: readonly number[];
}

/** One thing that can be done to a master that makes snapshots, or awaited of it. */
export interface ScheduleStimulus {
  readonly name: string;
  readonly at: readonly string[];
  readonly where?: (world: ScheduleWorld) => boolean;
  /** What it changes, before the event is made. */
  readonly change?: (world: ScheduleWorld) => Partial<ScheduleWorld>;
  readonly event: (world: ScheduleWorld) => ScheduleEvent;
}

const replica = (number: number): WaitingReplica => ({
  replica: number,
  capabilities: ['eof'],
  exclusions: [],
  rdbOnly: false,
  version: null,
  silentSeconds: 0,
});

const view = ({ disklessSync, delaySeconds, waiting }: ScheduleWorld): ScheduleView => ({
  disklessSync,
  delaySeconds,
  maxReplicas: 0,
  waiting: waiting.map(replica),
});

const comes = ({ waiting, receivers }: ScheduleWorld) => ({
  waiting: [...waiting, waiting.length + receivers.length + 1],
});

const arrival = (
  name: string,
  at: readonly string[],
  settings: Partial<ScheduleWorld>,
): ScheduleStimulus => ({
  name,
  at,
  where: ({ waiting, receivers }) => waiting.length + receivers.length < 2,
  change: (world) => ({ ...settings, ...comes(world) }),
  event: (world) => ({
    type: 'ARRIVED',
    newcomer: replica(world.waiting.at(-1) ?? 0),
    first: world.receivers[0] === undefined ? null : replica(world.receivers[0]),
    view: view(world),
  }),
});

const SAVING = ['savingToDisk', 'savingToSockets'];
const PATIENT = { disklessSync: true, delaySeconds: 3600 };

/** What replicas, users and time can do to the schedule of a master. */
export const SCHEDULE_STIMULI: readonly ScheduleStimulus[] = [
  arrival('a replica comes, for a file', ['idle'], { disklessSync: false, delaySeconds: 3600 }),
  arrival('a replica comes, and nobody has to wait', ['idle'], {
    disklessSync: true,
    delaySeconds: 0,
  }),
  arrival('a replica comes', ['idle', ...SAVING, 'otherChild'], PATIENT),
  {
    name: 'the cron, and files will do',
    at: ['idle'],
    where: ({ waiting }) => waiting.length > 0,
    change: () => ({ disklessSync: false }),
    event: (world) => ({ type: 'TICK', view: view(world) }),
  },
  {
    name: 'BGSAVE',
    at: ['idle'],
    where: ({ waiting }) => waiting.length === 0,
    event: () => ({ type: 'SAVE_STARTED' }),
  },
  {
    name: 'BGREWRITEAOF',
    at: ['idle'],
    where: ({ waiting }) => waiting.length === 0,
    event: () => ({ type: 'CHILD_STARTED' }),
  },
  {
    name: 'the last one leaves',
    at: SAVING,
    where: ({ waiting, receivers }) => receivers.length === 1 && waiting.length === 0,
    change: () => ({ receivers: [] }),
    event: (world) => ({ type: 'LEFT', receivers: 0, savePoints: false, view: view(world) }),
  },
  {
    name: 'it ends',
    at: SAVING,
    change: () => PATIENT,
    event: (world) => ({ type: 'SAVE_ENDED', view: view(world) }),
  },
  {
    name: 'it ends, and files will do',
    at: SAVING,
    where: ({ waiting }) => waiting.length > 0,
    change: () => ({ disklessSync: false }),
    event: (world) => ({ type: 'SAVE_ENDED', view: view(world) }),
  },
  {
    name: 'the other child ends',
    at: ['otherChild'],
    change: () => PATIENT,
    event: (world) => ({ type: 'CHILD_ENDED', view: view(world) }),
  },
  {
    name: 'the other child ends, and files will do',
    at: ['otherChild'],
    where: ({ waiting }) => waiting.length > 0,
    change: () => ({ disklessSync: false }),
    event: (world) => ({ type: 'CHILD_ENDED', view: view(world) }),
  },
];

/** What the world is after a stimulus and what the machine made of it. */
export const afterStep = (
  world: ScheduleWorld,
  event: ScheduleEvent,
  effects: readonly { readonly type: string }[],
): ScheduleWorld => {
  const { waiting, receivers } = event.type === 'SAVE_ENDED' ? { ...world, receivers: [] } : world;
  const has = (name: string) => effects.some(({ type }) => type === name);
  if (has('startSnapshot')) return { ...world, waiting: [], receivers: waiting };
  if (!has('joinSnapshot')) return { ...world, receivers };
  return {
    ...world,
    waiting: waiting.slice(0, -1),
    receivers: [...receivers, ...waiting.slice(-1)],
  };
};

export const BEGINNING_OF_SCHEDULE: ScheduleWorld = {
  disklessSync: true,
  delaySeconds: 3600,
  waiting: [],
  receivers: [],
};

/** The stimuli of a state in a world. */
export const scheduleStimuliAt = (
  snapshot: AnyMachineSnapshot,
  world: ScheduleWorld,
): readonly ScheduleStimulus[] =>
  SCHEDULE_STIMULI.filter(
    ({ at, where }) => at.includes(statePath(snapshot.value)) && (where?.(world) ?? true),
  );

/** A stimulus as an event of the machine, in the world that it makes. */
export const namedEvent = (
  stimulus: ScheduleStimulus,
  world: ScheduleWorld,
): NamedEvent & ScheduleEvent => {
  const changed = { ...world, ...stimulus.change?.(world) };
  return { ...stimulus.event(changed), stimulus: stimulus.name };
};
