import type { AnyMachineSnapshot } from 'xstate';
import { z } from 'zod';
import { replicaLinkEntry } from '../../../models/machines/catalogue/replica-link.ts';
import type { RuleId } from '../../../models/rules/registry.ts';
import type { Ruleset } from '../../../models/rules/ruleset.ts';
import { DIALECTS, type Dialect } from '../../../models/vocabulary/index.ts';
import { bytes, family, ID, offset, type Question, replid, words } from '../family.ts';
import { statePath, stepperFor } from '../walks/steppers.ts';

const asked = z.strictObject({
  settings: z.strictObject({
    user: bytes().nullable(),
    password: bytes().nullable(),
    listeningPort: z.int(),
    address: bytes().nullable(),
    version: bytes(),
  }),
  history: z
    .strictObject({ replid: replid(), offset: offset(), database: z.int() })
    .nullable()
    .describe('what the replica could go on with'),
  handsOver: z.boolean().describe('whether it follows its new master in a coordinated failover'),
  hears: z.array(bytes()).describe('the master’s lines, without their ends'),
});

const turn = z.strictObject({
  hears: bytes().nullable().describe('null for the connection itself'),
  sends: z.array(words()),
  hangsUp: z.boolean(),
});

const answer = z.strictObject({
  turns: z.array(turn),
  state: z.string().describe('where the replica’s link stands then'),
});

type Asked = z.infer<typeof asked>;
type Answer = z.infer<typeof answer>;
type Turn = z.infer<typeof turn>;

const MASTER = { host: '127.0.0.1', port: 7000 };
const AT = 1;

const isSending = (params: unknown): params is { readonly commands: readonly string[][] } =>
  typeof params === 'object' && params !== null && 'commands' in params;

/** What goes out on the wire for an effect. */
const sentBy = ({ type, params }: { readonly type: string; readonly params: unknown }) => {
  if (type === 'sendSync') return [['SYNC']];
  return type === 'sendCommands' && isSending(params)
    ? params.commands.map((each) => [...each])
    : [];
};

const dialing = (question: Asked, dialect: Dialect, rules: Ruleset): AnyMachineSnapshot => {
  const { start, step } = stepperFor(replicaLinkEntry, rules);
  const { history, handsOver } = question;
  const [input] = replicaLinkEntry.inputs(dialect);
  const told = { type: 'REPLICAOF', master: MASTER, history, handsOver, at: AT };
  // Up to 6.0 it is the cron that dials; later versions have dialled by then.
  const turned = { type: 'TICK', timeoutSeconds: 60, history: null, at: AT };
  return step(step(start(input), told).snapshot, turned).snapshot;
};

/** Until it hangs up: what would be heard then is of another connection. */
const decide = (question: Asked, dialect: Dialect, rules: Ruleset): Answer => {
  const { step } = stepperFor(replicaLinkEntry, rules);
  let snapshot = dialing(question, dialect, rules);
  const turns: Turn[] = [];
  const hear = (hears: string | null, event: unknown) => {
    const taken = step(snapshot, event);
    snapshot = taken.snapshot;
    const effects = taken.outcome === 'taken' ? taken.effects : [];
    const hangsUp = effects.some(({ type }) => type === 'hangUp');
    turns.push({ hears, sends: effects.flatMap(sentBy), hangsUp });
    return !hangsUp;
  };
  hear(null, { type: 'LINK_UP', settings: question.settings, at: AT });
  question.hears.every((line) => hear(line, { type: 'LINE', line, load: 'from-disk', at: AT }));
  return { turns, state: statePath(snapshot) };
};

const rulesOf = ({ history, handsOver, settings }: Asked, { turns }: Answer): readonly RuleId[] => {
  const sent = turns.flatMap(({ sends }) => sends);
  const asks = sent.some(([word]) => word === 'PSYNC');
  const together = turns.some(({ sends }) => sends.length > 1);
  return [
    'HAND-1',
    'HAND-2',
    ...(settings.password === null ? [] : (['HAND-3'] as const)),
    'HAND-4',
    together ? 'HAND-5' : 'HAND-6',
    ...(asks ? (['HAND-7', 'HAND-8', history === null ? 'ASK-2' : 'ASK-1'] as const) : []),
    ...(asks && handsOver ? (['ASK-3'] as const) : []),
    ...(sent.some(([word]) => word === 'SYNC') ? (['ANS-6'] as const) : []),
  ];
};

const PLAIN = { user: null, password: null, listeningPort: 6380, address: null, version: '9.0.0' };

const SETTINGS: readonly Asked['settings'][] = [
  PLAIN,
  { ...PLAIN, password: 'secret' },
  { ...PLAIN, user: 'replica', password: 'secret' },
  { ...PLAIN, address: '192.0.2.7' },
  { ...PLAIN, user: 'replica', password: 'pass word\u00ff', address: '192.0.2.7' },
];

const HISTORIES: readonly Asked['history'][] = [
  null,
  { replid: ID.own, offset: 0, database: 0 },
  { replid: ID.own, offset: 163, database: 3 },
  { replid: ID.own, offset: 2 ** 40, database: 0 },
];

/** In place of one answer of the handshake. */
const ODD = [
  '',
  '-ERR no',
  '-LOADING wait',
  '-NOAUTH Authentication required.',
  '-NOPERM no',
  ':1',
];

const ANSWERS = [
  ...['+CONTINUE', `+CONTINUE ${ID.own}`, `+CONTINUE ${ID.drawn}`, `+FULLRESYNC ${ID.own} 200`],
  ...['+FULLRESYNC malformed', '-NOMASTERLINK wait', '-LOADING wait', '-ERR unknown', '+OK', ''],
];

/** More than any dialect expects before PSYNC, so that something always answers that. */
const announced = ({ password, address }: Asked['settings'], dialect: Dialect): number =>
  2 +
  (password === null ? 0 : 1) +
  (address === null ? 0 : 1) +
  (dialect.startsWith('valkey') ? 1 : 0);

const goingWell = (settings: Asked['settings'], dialect: Dialect): readonly string[] => [
  '+PONG',
  ...Array.from({ length: announced(settings, dialect) }, () => '+OK'),
];

/** Valkey's handshake has a line more than Redis's, so each has its own scripts. */
const FLAVOURS: readonly (readonly Dialect[])[] = [
  DIALECTS.filter((dialect) => !dialect.startsWith('valkey')),
  DIALECTS.filter((dialect) => dialect.startsWith('valkey')),
];

const isDestructive = (history: Asked['history'], hears: readonly string[]): boolean =>
  history === null && hears.some((line) => line.startsWith('+CONTINUE'));

const question = (
  settings: Asked['settings'],
  history: Asked['history'],
  handsOver: boolean,
  hears: readonly string[],
  dialects: readonly Dialect[],
): Question<Asked> => ({
  asked: { settings, history, handsOver, hears: [...hears] },
  flags: [
    ...(isDestructive(history, hears) ? (['destructive'] as const) : []),
    ...(/[^\0-~]/.test(settings.password ?? '') ? (['binary'] as const) : []),
    ...((history?.offset ?? 0) >= 2 ** 32 ? (['large'] as const) : []),
  ],
  dialects,
});

const questions = (): readonly Question<Asked>[] =>
  FLAVOURS.flatMap((dialects) =>
    SETTINGS.flatMap((settings) => {
      const [first = 'psync1'] = dialects;
      const well = goingWell(settings, first);
      const odd = well.flatMap((_, place) =>
        (settings === PLAIN ? ODD : ODD.slice(0, 2)).map((line) => [
          ...well.slice(0, place),
          line,
          ...well.slice(place + 1),
          '+CONTINUE',
        ]),
      );
      const scripts = [...ANSWERS.map((line) => [...well, line]), ...odd];
      return [
        ...scripts.map((hears) => question(settings, HISTORIES[2] ?? null, false, hears, dialects)),
        ...(settings === PLAIN ? HISTORIES : []).flatMap((history) =>
          ANSWERS.flatMap((line) => [
            question(settings, history, false, [...well, line], dialects),
            question(settings, history, true, [...well, line], dialects),
            question(settings, history, false, [...well, '', '', line], dialects),
          ]),
        ),
      ];
    }),
  );

export const handshakeReplica = family({
  name: 'handshake-replica',
  title: 'Handshake scripts, the replica’s side',
  about:
    'A replica with these settings is told to follow a master, and the connection is made. Which commands does it send after each of the master’s lines, does it hang up, and where does its link stand at the end? A script ends where it hangs up. Whether commands are inline (up to redis-4) or arrays is left out.',
  question: asked,
  answer,
  questions,
  decide,
  rulesOf,
});
