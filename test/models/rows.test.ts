import test from 'ava';
import { MACHINES } from '../../models/machines/catalogue.ts';
import { transitionsOf } from '../../models/machines/transitions.ts';
import { isRuleId } from '../../models/rules/registry.ts';
import { STANDARD } from '../../models/rules/ruleset.ts';
import { PROTOCOL_ROWS } from './rows/index.ts';

const drawn = new Set(
  MACHINES.flatMap((entry) =>
    transitionsOf(entry.create(STANDARD)).map(({ id }) => `${entry.name} ${id}`),
  ),
);

test('every row of the protocol’s tables is a transition that can be pointed at', (t) => {
  const holes = PROTOCOL_ROWS.flatMap(({ section, says, machine, transitions }) =>
    transitions
      .filter((id) => !drawn.has(`${machine} ${id}`))
      .map((id) => `${section} "${says}": ${machine} has no ${id}`),
  );
  t.deepEqual(holes, []);
});

test('every rule of a row is in the registry', (t) => {
  const unknown = PROTOCOL_ROWS.flatMap(({ says, rules }) =>
    rules.filter((id) => !isRuleId(id)).map((id) => `"${says}": ${id}`),
  );
  t.deepEqual(unknown, []);
});

test('every section that has to be there is', (t) => {
  const sections = new Set(PROTOCOL_ROWS.map(({ section }) => section));
  t.deepEqual([...sections].sort(), [
    '1.10',
    '1.11',
    '1.4',
    '1.5',
    '1.7',
    '2.2',
    '2.6',
    '2.7',
    '4.6',
  ]);
});

/** Machines whose every arrow is some row's; where one is not, it belongs to a section that has no such table. */
const OF_OTHER_SECTIONS: readonly RegExp[] = [
  // 1.9, 1.12 and 4.1.
  /^replica-link following\.transfer\./,
  /^replica-link following\.connected\/(GETACK|TICK\/acknowledges|REPLICAOF\/isSameMaster)$/,
  // Passed through on the way.
  /^replica-link following\.handshake\.announcing/,
  /^replica-link following\.handshake\.awaitingPsync\/LINK_DOWN\/takesSilenceForNo$/,
  // 2.9 and 2.12.
  /^replica-session (anywhere\/OPTION|attached\/(REPLY_DUE|DROPPED))/,
  // Only by broken rules, or in no known dialect.
  /^replica-session (attached\/(PSYNC|SYNC)\/otherwise|attached\.online\/TICK\/needsNewline)$/,
  /^replica-session attached\.\w+\/SNAPSHOT_SENT\//,
  // 2.5, 3.4, 4.1 to 4.4.
  /^replication-identity /,
  /^backlog-lifecycle /,
];

test('every transition is a row’s, or of a section without such a table', (t) => {
  const told = new Set(
    PROTOCOL_ROWS.flatMap(({ machine, transitions }) =>
      transitions.map((id) => `${machine} ${id}`),
    ),
  );
  const untold = [...drawn].filter(
    (id) => !told.has(id) && !OF_OTHER_SECTIONS.some((pattern) => pattern.test(id)),
  );
  t.deepEqual(untold, []);
});
