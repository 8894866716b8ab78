import type { MasterAddress } from '../../models/machines/replica-link-terms.ts';
import type { Dialect } from '../../models/vocabulary/index.ts';
import {
  InvalidSetting,
  type SettingName,
  Settings,
  settingNamed,
} from '../replication/settings.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import type { ConfLine } from './redis-conf.ts';
import { SETTING_TEXTS } from './setting-texts.ts';
import { closest } from './suggestion.ts';

/** What a server is told to be, from whatever source; later words win. */
export interface Wishes {
  readonly settings: Partial<Record<SettingName, string>>;
  readonly replicaof: MasterAddress | null;
  /** What was given and has no meaning here. */
  readonly unused: readonly string[];
}

export const NO_WISHES: Wishes = { settings: {}, replicaof: null, unused: [] };

/** A master as `replicaof` names it: host and port, or `no one`. Null for nobody; throws where it is neither. */
export const masterOf = (words: readonly string[], where: string): MasterAddress | null => {
  const [host = '', port = ''] = words.length === 1 ? splitAddress(words[0] ?? '') : words;
  if (words.length === 2 && /^no$/i.test(host) && /^one$/i.test(port)) return null;
  const valid = words.length <= 2 && host !== '' && /^\d{1,5}$/.test(port) && Number(port) <= 65535;
  if (valid && Number(port) > 0) return { host, port: Number(port) };
  throw new CommandFailure(
    EXIT.usage,
    `${where}: "${words.join(' ')}" names no master: give its host and its port, as in replicaof 127.0.0.1 6379`,
  );
};

const splitAddress = (address: string): [string, string] => {
  const at = address.lastIndexOf(':');
  return at === -1 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)];
};

/** Directives that decide about replication: one of them that is not known here is a mistake, any other may be meant for Redis. */
const OURS = /^(repl|replica|slave|min-replicas|min-slaves)-/;

/** Adds one directive of a configuration file. */
export const withLine = (wishes: Wishes, { line, name, words }: ConfLine, file: string): Wishes => {
  const where = `${file}, line ${line}`;
  if (name === 'replicaof' || name === 'slaveof') {
    return { ...wishes, replicaof: masterOf(words, where) };
  }
  const known = settingNamed(name);
  if (known !== null && known in SETTING_TEXTS) return withSetting(wishes, known, words.join(' '));
  const meant = closest(name, Object.keys(SETTING_TEXTS));
  if (OURS.test(name)) {
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    throw new CommandFailure(
      EXIT.badInput,
      `${where}: there is no setting ${name} here.${hint} Take the line out, or see docs/guides/serve.md for all settings`,
    );
  }
  return { ...wishes, unused: [...wishes.unused, name] };
};

/** Sets one setting; several `save` and `client-output-buffer-limit` add up. */
export const withSetting = (wishes: Wishes, name: SettingName, text: string): Wishes => {
  const before = wishes.settings[name];
  const addsUp = (name === 'save' && text !== '') || name === 'client-output-buffer-limit';
  const value = addsUp && before !== undefined && before !== '' ? `${before} ${text}` : text;
  return { ...wishes, settings: { ...wishes.settings, [name]: value } };
};

/** What a server that keeps its data saves without being told: Redis's own save points. */
const SAVE_POINTS = '3600 1 300 100 60 10000';

/** The settings of a server, checked before anything is started. */
export const settingsOf = (
  { settings }: Wishes,
  dialect: Dialect,
): Partial<Record<SettingName, string>> => {
  const keeps = (settings.dir ?? '') !== '';
  const whole =
    keeps && settings.save === undefined ? { ...settings, save: SAVE_POINTS } : settings;
  try {
    new Settings(dialect, whole);
  } catch (error) {
    if (error instanceof InvalidSetting) throw new CommandFailure(EXIT.usage, error.message);
    throw error;
  }
  return whole;
};
