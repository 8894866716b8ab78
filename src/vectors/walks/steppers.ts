import type { AnyMachineSnapshot } from 'xstate';
import type { MachineEntry } from '../../../models/machines/catalogue/entry.ts';
import { type Stepper, stepperOf } from '../../../models/machines/step.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';

const made = new WeakMap<Ruleset, Map<string, Stepper>>();

/** The stepper of a machine under a ruleset, made once: making one takes longer than many steps. */
export const stepperFor = (entry: MachineEntry, rules: Ruleset): Stepper => {
  const steppers = made.get(rules) ?? new Map<string, Stepper>();
  made.set(rules, steppers);
  const stepper = steppers.get(entry.name) ?? stepperOf(entry, rules);
  steppers.set(entry.name, stepper);
  return stepper;
};

const innermost = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, inside]) => `${name}.${innermost(inside)}`)
    .join('+');
};

/** Where a machine stands, as the path of its innermost state: `following.handshake.awaitingPong`. */
export const statePath = ({ value }: AnyMachineSnapshot): string => innermost(value);
