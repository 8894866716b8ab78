import { type Ruleset, STANDARD } from '../rules/ruleset.ts';
import { processedOffset } from '../vocabulary/index.ts';
import { attachedState } from './replica-session-attached.ts';
import { clientState } from './replica-session-client.ts';
import { sessionSetup } from './replica-session-setup.ts';

/**
 * One replica as its master sees it, from an ordinary client to the end of its link. Built from a ruleset, so that a
 * changed rule changes the machine. Time, snapshot and link are events; effects come out of `transition` as data.
 */
export const replicaSession = (rules: Ruleset = STANDARD) => {
  const setup = sessionSetup(rules);
  return setup.createMachine({
    id: 'replicaSession',
    initial: 'client',
    context: ({ input }) => ({
      dialect: input.dialect,
      capabilities: [],
      exclusions: [],
      rdbOnly: false,
      version: null,
      listeningPort: 0,
      address: null,
      sentSync: false,
      snapshotOffset: processedOffset(0),
      target: null,
      acknowledged: processedOffset(0),
      heardAt: 0,
    }),
    on: {
      OPTION: { actions: { type: 'noteOption', params: ({ event }) => event } },
      LINK_DOWN: '.closed',
    },
    states: {
      client: clientState(setup, rules),
      attached: attachedState(setup, rules),
      closed: { type: 'final' },
    },
  });
};
