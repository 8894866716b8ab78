import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';
import { atLeast, type Dialect } from '../../models/vocabulary/index.ts';

/** How a setting's text is read. */
type Form = 'yes-no' | 'integer' | 'memory' | 'limits' | 'save-points' | 'text';

interface Setting {
  readonly form: Form;
  readonly initial: (dialect: Dialect) => string;
  readonly min?: number;
  readonly max?: number;
  /** Settled when the node starts. */
  readonly fixed?: true;
}

const MEBIBYTE = 1024 * 1024;

/** The settings that a node takes, by Redis's own names. */
const SETTINGS = {
  'repl-backlog-size': {
    form: 'memory',
    initial: (dialect) => String((atLeast(dialect, 'valkey-8') ? 10 : 1) * MEBIBYTE),
    min: 1,
  },
  'repl-backlog-ttl': { form: 'integer', initial: () => '3600', min: 0 },
  'repl-timeout': { form: 'integer', initial: () => '60', min: 1 },
  'repl-ping-replica-period': { form: 'integer', initial: () => '10', min: 1 },
  'repl-diskless-sync': {
    form: 'yes-no',
    initial: (dialect) => (atLeast(dialect, 'redis-7') ? 'yes' : 'no'),
  },
  'repl-diskless-sync-delay': { form: 'integer', initial: () => '5', min: 0 },
  'repl-diskless-sync-max-replicas': { form: 'integer', initial: () => '0', min: 0 },
  'client-output-buffer-limit': {
    form: 'limits',
    initial: () => 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60',
  },
  'rdb-key-save-delay': { form: 'integer', initial: () => '0' },
  'proto-max-bulk-len': { form: 'memory', initial: () => String(512 * MEBIBYTE), min: MEBIBYTE },
  requirepass: { form: 'text', initial: () => '' },
  masterauth: { form: 'text', initial: () => '' },
  masteruser: { form: 'text', initial: () => '' },
  'replica-announce-ip': { form: 'text', initial: () => '' },
  'replica-announce-port': { form: 'integer', initial: () => '0', min: 0, max: 65535 },
  'replica-priority': { form: 'integer', initial: () => '100', min: 0 },
  'min-replicas-to-write': { form: 'integer', initial: () => '0', min: 0 },
  'min-replicas-max-lag': { form: 'integer', initial: () => '10', min: 0 },
  'shutdown-timeout': { form: 'integer', initial: () => '10', min: 0 },
  save: { form: 'save-points', initial: () => '' },
  'stop-writes-on-bgsave-error': { form: 'yes-no', initial: () => 'yes' },
  'protected-mode': { form: 'yes-no', initial: () => 'yes' },
  appendonly: { form: 'yes-no', initial: () => 'no' },
  hz: { form: 'integer', initial: () => '10', min: 1, max: 500 },
  databases: { form: 'integer', initial: () => '16', min: 1, fixed: true },
  dir: { form: 'text', initial: () => '', fixed: true },
  dbfilename: { form: 'text', initial: () => 'dump.rdb', fixed: true },
  bind: { form: 'text', initial: () => '127.0.0.1', fixed: true },
  port: { form: 'integer', initial: () => '6379', min: 0, max: 65535, fixed: true },
  maxclients: { form: 'integer', initial: () => '10000', min: 1 },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** Names that Redis had before. */
const ALIASES: Readonly<Record<string, SettingName>> = {
  'min-slaves-to-write': 'min-replicas-to-write',
  'min-slaves-max-lag': 'min-replicas-max-lag',
  'slave-priority': 'replica-priority',
  'slave-announce-ip': 'replica-announce-ip',
  'slave-announce-port': 'replica-announce-port',
  'repl-ping-slave-period': 'repl-ping-replica-period',
};

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1_000_000,
  mb: MEBIBYTE,
  g: 1_000_000_000,
  gb: 1024 * MEBIBYTE,
};

/** A size such as `16384`, `10mb` or `1gb`, in bytes. */
const parseMemory = (text: string): number | null => {
  const parts = /^(\d{1,15})([a-z]{0,2})$/i.exec(text);
  const unit = UNITS[parts?.[2]?.toLowerCase() ?? ''];
  return parts?.[1] === undefined || unit === undefined ? null : Number(parts[1]) * unit;
};

const isSettingName = (text: string): text is SettingName => Object.hasOwn(SETTINGS, text);

/** The setting that a name stands for, an old one too; null where there is none. */
export const settingNamed = (name: string): SettingName | null => {
  const lower = name.toLowerCase();
  const known = ALIASES[lower] ?? lower;
  return isSettingName(known) ? known : null;
};

const isFixed = (name: SettingName): boolean => {
  const setting: Setting = SETTINGS[name];
  return setting.fixed ?? false;
};

/** A hard and a soft limit on what waits to be sent to a replica, in bytes and seconds; 0 is no limit. */
export interface OutputLimit {
  readonly hard: number;
  readonly soft: number;
  readonly softSeconds: number;
}

/** What a setting takes, for people. */
const takes = ({ form, min, max }: Setting): string => {
  const range = `${min === undefined ? '' : ` from ${min}`}${max === undefined ? '' : ` to ${max}`}`;
  switch (form) {
    case 'yes-no':
      return 'yes or no';
    case 'integer':
      return `a whole number${range}`;
    case 'memory':
      return `a size such as 16384, 10mb or 1gb${range}`;
    case 'limits':
      return 'a class (normal, replica, pubsub), a hard limit, a soft limit and its seconds, as in "replica 256mb 64mb 60"';
    case 'save-points':
      return 'pairs of seconds and changes, as in "3600 1 300 100", or nothing';
    case 'text':
      return 'a text';
  }
};

/** A node can't be configured like this. */
export class InvalidSetting extends Error {
  constructor(name: string, text: string) {
    const known = settingNamed(name);
    super(
      known === null
        ? `there is no setting ${name}`
        : `${name} can't be ${JSON.stringify(text)}: it takes ${takes(SETTINGS[known])}`,
    );
  }
}

/** What a node is configured with, as text, the way CONFIG GET shows it. */
export class Settings {
  readonly #rules: Ruleset;
  readonly #values: Map<SettingName, string>;
  /** What is asked for with every command, read once. */
  readonly #numbers = new Map<SettingName, number>();
  #outputLimit: OutputLimit | null = null;

  constructor(
    dialect: Dialect,
    given: Partial<Record<SettingName, string>> = {},
    rules: Ruleset = STANDARD,
  ) {
    this.#rules = rules;
    this.#values = new Map(
      (Object.keys(SETTINGS) as SettingName[]).map((name) => [
        name,
        SETTINGS[name].initial(dialect),
      ]),
    );
    for (const [name, text] of Object.entries(given)) {
      const outcome = this.set(name, text);
      if ('wrong' in outcome) throw new InvalidSetting(name, text);
    }
  }

  /** Names and values that match a glob pattern. */
  matching(pattern: string): (readonly [SettingName, string])[] {
    const matches = globToRegExp(ALIASES[pattern.toLowerCase()] ?? pattern.toLowerCase());
    return [...this.#values].filter(([name]) => matches.test(name));
  }

  /** Sets one value of a node that runs; says what is wrong with it where it can't. */
  change(name: string, text: string): { readonly done: SettingName } | { readonly wrong: string } {
    const known = settingNamed(name);
    if (known === null || !isFixed(known)) return this.set(name, text);
    return {
      wrong: `CONFIG SET failed (possibly related to argument '${name}') - can't set immutable config`,
    };
  }

  /** Sets one value of a node that begins. */
  set(name: string, text: string): { readonly done: SettingName } | { readonly wrong: string } {
    const known = settingNamed(name);
    if (known === null) {
      return { wrong: `Unknown option or number of arguments for CONFIG SET - '${name}'` };
    }
    const setting: Setting = SETTINGS[known];
    const normal = normalise(setting, text, this.text(known));
    if (normal === null) {
      return { wrong: `CONFIG SET failed (possibly related to argument '${name}')` };
    }
    this.#values.set(known, normal);
    this.#numbers.delete(known);
    this.#outputLimit = null;
    return { done: known };
  }

  text(name: SettingName): string {
    return this.#values.get(name) ?? '';
  }

  number(name: SettingName): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = Number(this.text(name));
    this.#numbers.set(name, number);
    return number;
  }

  flag(name: SettingName): boolean {
    return this.text(name) === 'yes';
  }

  /** The capacity of a backlog, in bytes. */
  get backlogCapacity(): number {
    return this.#rules.backlogCapacity(this.number('repl-backlog-size'));
  }

  get replicaOutputLimit(): OutputLimit {
    this.#outputLimit ??= outputLimitIn(this.text('client-output-buffer-limit'));
    return this.#outputLimit;
  }
}

const outputLimitIn = (text: string): OutputLimit => {
  const words = text.split(' ');
  const at = words.indexOf('slave');
  const [hard = 0, soft = 0, softSeconds = 0] = words.slice(at + 1, at + 4).map(Number);
  return { hard, soft, softSeconds };
};

const normalise = (setting: Setting, text: string, before: string): string | null => {
  if (setting.form === 'text') return text;
  if (setting.form === 'limits') return withLimits(before, text);
  if (setting.form === 'save-points')
    return /^(\d{1,9} \d{1,9}( (?!$)|$))*$/.test(text) ? text : null;
  if (setting.form === 'yes-no') return /^(yes|no)$/i.test(text) ? text.toLowerCase() : null;
  const number = setting.form === 'memory' ? parseMemory(text) : parseInteger(text);
  if (number === null) return null;
  if (number < (setting.min ?? Number.MIN_SAFE_INTEGER)) return null;
  return number > (setting.max ?? Number.MAX_SAFE_INTEGER) ? null : String(number);
};

const CLASSES: Readonly<Record<string, string>> = {
  normal: 'normal',
  slave: 'slave',
  replica: 'slave',
  pubsub: 'pubsub',
};

/** Limits by class of client, four words each; a new text changes only the classes that it names. */
const withLimits = (before: string, text: string): string | null => {
  const limits = new Map<string, string>();
  for (const words of [before.split(' '), text.split(' ')]) {
    if (words.length % 4 !== 0) return null;
    for (let index = 0; index < words.length; index += 4) {
      const [name = '', hard = '', soft = '', seconds = ''] = words.slice(index, index + 4);
      const known = CLASSES[name.toLowerCase()];
      const numbers = [parseMemory(hard), parseMemory(soft), parseInteger(seconds)];
      if (known === undefined || numbers.includes(null)) return null;
      limits.set(known, numbers.join(' '));
    }
  }
  return [...limits].map(([name, numbers]) => `${name} ${numbers}`).join(' ');
};

const parseInteger = (text: string): number | null =>
  /^-?\d{1,15}$/.test(text) ? Number(text) : null;

/** A glob pattern of `*` and `?` for whole texts. */
export const globToRegExp = (pattern: string): RegExp => {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source.replace(/\[(?![^\]]*\])/g, '\\[')}$`, 's');
};
