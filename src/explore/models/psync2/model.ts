import { type Ruleset, STANDARD } from '../../../../models/rules/ruleset.ts';
import { declareModel } from '../../model/declare.ts';
import type { Model } from '../../model/model.ts';
import {
  declareBacklogs,
  declareDeliveries,
  declareLinks,
  declareRoles,
  declareWrites,
} from './actions.ts';
import { Psync2Effects } from './effects.ts';
import { declareAlways, declareSometimes } from './properties.ts';
import { decisionsOf } from './rules.ts';
import { declareState, type Psync2Bounds } from './state.ts';

/**
 * Partial resynchronization with what surrounds it: bytes on the way when a link is closed, transactions, PINGs, backlogs
 * that are resized, expire and are lost by restarts, snapshots that must be acknowledged. All decisions are those of the
 * ruleset. `variant` names one that is not the standard.
 */
export const psync2 = (
  bounds: Psync2Bounds,
  rules: Ruleset = STANDARD,
  variant: string | null = null,
): Model =>
  declareModel('psync2', { ...bounds, ...(variant === null ? {} : { variant }) }, (model) => {
    const state = declareState(model, bounds);
    const decide = decisionsOf(rules, bounds);
    const parts = { model, state, decide, bounds, effects: new Psync2Effects(state, decide) };
    declareWrites(parts);
    declareDeliveries(parts);
    declareLinks(parts);
    declareRoles(parts);
    declareBacklogs(parts);
    declareAlways(parts);
    declareSometimes(parts);
  });
