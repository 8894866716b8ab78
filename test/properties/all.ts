import { CONTINUED_IS_PREFIX, NO_NEEDLESS_FULL } from '../../properties/acceptance.property.ts';
import { BACKLOG_AGREES } from '../../properties/backlog.property.ts';

/** Every property, as far as pages and traces are concerned. */
export const PROPERTIES = [BACKLOG_AGREES, CONTINUED_IS_PREFIX, NO_NEEDLESS_FULL].map(
  ({ id, rules, sentence }) => ({ id, rules: rules as readonly string[], sentence }),
);
