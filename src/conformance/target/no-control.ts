import { notApplicable } from '../outcome.ts';
import type { TargetControl } from './control.ts';

const refuse = async (): Promise<never> => {
  throw notApplicable('it has to ask the target, which connects by itself and is not asked');
};

/** Stands for control over a target that can't be reached: it connects to us, and that is all we have of it. */
export const NO_CONTROL: TargetControl = {
  localAddress: '127.0.0.1',
  command: refuse,
  run: refuse,
  pipeline: refuse,
  info: refuse,
  close: () => {},
};
