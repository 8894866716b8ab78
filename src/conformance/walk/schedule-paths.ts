import { getShortestPaths } from '@xstate/test';
import { type AnyMachineSnapshot, fromTransition } from 'xstate';
import { snapshotScheduleEntry } from '../../../models/machines/catalogue/snapshot-schedule.ts';
import { stepperOf } from '../../../models/machines/step.ts';
import type { TransitionId } from '../../../models/machines/transitions.ts';
import type { Dialect } from '../../../models/vocabulary/index.ts';
import { fewest, type WalkPath } from './paths.ts';
import {
  afterStep,
  BEGINNING_OF_SCHEDULE,
  namedEvent,
  type ScheduleWorld,
  scheduleStimuliAt,
} from './schedule-stimuli.ts';

/** The machine, and who waits for it, which it is told with every event. */
interface Standing {
  readonly snapshot: AnyMachineSnapshot;
  readonly world: ScheduleWorld;
  readonly led: string;
  readonly transitions: readonly TransitionId[];
}

/** Paths that together take every transition of the schedule of snapshots. */
export const schedulePaths = (dialect: Dialect): WalkPath[] => {
  const { start, step } = stepperOf(snapshotScheduleEntry);
  const logic = fromTransition(
    (standing: Standing, { type }: { readonly type: string }): Standing => {
      const { snapshot, world } = standing;
      const stimulus = scheduleStimuliAt(snapshot, world).find(({ name }) => name === type);
      if (stimulus === undefined) return standing;
      const event = namedEvent(stimulus, world);
      const taken = step(snapshot, event);
      const changed = { ...world, ...stimulus.change?.(world) };
      return {
        snapshot: taken.snapshot,
        world: afterStep(changed, event, taken.outcome === 'taken' ? taken.effects : []),
        led: `${JSON.stringify(snapshot.value)} ${type}`,
        transitions: taken.outcome === 'taken' ? taken.transitions : [],
      };
    },
    { snapshot: start({ dialect }), world: BEGINNING_OF_SCHEDULE, led: '', transitions: [] },
  );
  const paths = getShortestPaths(logic, {
    events: ({ context: { snapshot, world } }) =>
      scheduleStimuliAt(snapshot, world).map(({ name }) => ({ type: name })),
    serializeState: ({ context: { snapshot, world, led } }) =>
      JSON.stringify([snapshot.value, world, led]),
  });
  return fewest(
    paths.map(({ steps, state }) => ({
      stimuli: steps.map(({ event }) => event.type).filter((type) => type !== 'xstate.init'),
      transitions: [...steps.map((each) => each.state), state].flatMap(
        ({ context }) => context.transitions,
      ),
    })),
  );
};
