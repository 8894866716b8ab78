import {
  atLeast,
  type Capability,
  type Dialect,
  type Exclusion,
  type ProcessedOffset,
  processedOffset,
} from '../vocabulary/index.ts';
import { always, code, family, observed, section, since } from './rule.ts';

const sources = [section('2.9'), code('replconfCommand'), observed('redis-server 7.0.15')];

export const REPLCONF = family({
  'REPLCONF-1': {
    title: 'Options are acknowledged',
    level: 'must',
    requirement:
      'A master MUST answer a REPLCONF whose options it takes with one +OK, however many options it carries.',
    dialects: always,
    sources,
  },
  'REPLCONF-2': {
    title: 'Unknown capabilities are ignored',
    level: 'must',
    requirement:
      'A master MUST answer REPLCONF capa with +OK also for a capability it does not know, so that newer replicas can follow older masters.',
    dialects: always,
    sources,
  },
  'REPLCONF-3': {
    title: 'Options come in pairs',
    level: 'should',
    requirement:
      'A master SHOULD answer a REPLCONF with an option that lacks its value with an error.',
    dialects: always,
    sources,
  },
  'REPLCONF-4': {
    title: 'An empty REPLCONF',
    level: 'observed',
    requirement: 'A master answers a REPLCONF without options with +OK.',
    dialects: always,
    sources,
  },
  'REPLCONF-5': {
    title: 'Unknown options are errors',
    level: 'should',
    requirement:
      'A master SHOULD answer a REPLCONF with an option it does not know with an error, which a replica ignores.',
    dialects: always,
    sources,
  },
  'REPLCONF-6': {
    title: 'Malformed values are errors',
    level: 'should',
    requirement: 'A master SHOULD answer a REPLCONF with a malformed value with an error.',
    dialects: always,
    sources,
  },
  'REPLCONF-7': {
    title: 'Options before a bad one hold',
    level: 'observed',
    requirement: 'Options that stand before a refused one in the same REPLCONF stay in force.',
    dialects: always,
    sources,
  },
  'REPLCONF-8': {
    title: 'Acknowledgements are not answered',
    level: 'must',
    requirement:
      'A master MUST NOT answer REPLCONF ACK, because on a replica’s link the answer would end up in the stream.',
    dialects: always,
    sources,
  },
  'REPLCONF-9': {
    title: 'GETACK is not answered with a reply',
    level: 'must',
    requirement:
      'A node MUST NOT answer REPLCONF GETACK with a reply; it acknowledges to its master, if it has one.',
    dialects: since('redis-4'),
    sources: [...sources, { observed: 'redis 3.2 answered +OK as well (bug C11)' }],
  },
  'REPLCONF-10': {
    title: 'The announced port is shown',
    level: 'must',
    requirement:
      'A master MUST show the listening-port that a replica announced in INFO and ROLE, because Sentinel and FAILOVER dial it.',
    dialects: always,
    sources: [...sources, section('4.8'), section('5.1')],
  },
  'REPLCONF-11': {
    title: 'The announced address is shown',
    level: 'must',
    requirement:
      'A master MUST show the ip-address that a replica announced in place of the peer’s own in INFO and ROLE.',
    dialects: since('redis-4'),
    sources: [...sources, section('4.8'), section('5.1')],
  },
});

/** One thing that a REPLCONF changes, in the order of its options. */
export type ReplconfChange =
  | { readonly set: 'listening-port'; readonly port: number }
  | { readonly set: 'ip-address'; readonly address: string }
  | { readonly set: 'capability'; readonly capability: Capability }
  | { readonly set: 'rdb-only'; readonly on: boolean }
  | { readonly set: 'exclusions'; readonly exclusions: readonly Exclusion[] }
  | { readonly set: 'version'; readonly version: string }
  | { readonly set: 'acknowledged'; readonly offset: ProcessedOffset }
  | { readonly set: 'acknowledgement-wanted' };

/** `reply` is null where nothing may be said. */
export interface ReplconfVerdict {
  readonly changes: readonly ReplconfChange[];
  readonly reply: string | null;
}

/** An option's outcome: something to change, nothing to do, an error, or the end of the command without a reply. */
type OptionVerdict =
  | { readonly change: ReplconfChange | null }
  | { readonly error: string }
  | { readonly last: ReplconfChange | null };

const NOT_AN_INTEGER = { error: '-ERR value is not an integer or out of range' };

const asInteger = (word: string): number | null =>
  /^-?\d{1,16}$/.test(word) ? Number(word) : null;

const IP_ADDRESS_LENGTH_MAX = { before62: 45, since62: 255 };

const judgePort = (word: string): OptionVerdict => {
  const port = asInteger(word);
  return port === null ? NOT_AN_INTEGER : { change: { set: 'listening-port', port } };
};

const judgeAddress = (address: string, dialect: Dialect): OptionVerdict => {
  const max = atLeast(dialect, 'redis-6.2')
    ? IP_ADDRESS_LENGTH_MAX.since62
    : IP_ADDRESS_LENGTH_MAX.before62;
  if (address.length > max) {
    return {
      error: `-ERR REPLCONF ip-address provided by replica instance is too long: ${address.length} bytes`,
    };
  }
  return { change: { set: 'ip-address', address } };
};

/** REPLCONF-2. */
const judgeCapability = (word: string, dialect: Dialect): OptionVerdict => {
  const capability = word.toLowerCase();
  if (capability === 'eof') return { change: { set: 'capability', capability } };
  if (capability === 'psync2' && atLeast(dialect, 'redis-4')) {
    return { change: { set: 'capability', capability } };
  }
  return { change: null };
};

const judgeRdbOnly = (word: string): OptionVerdict => {
  const value = asInteger(word);
  if (value === null) return NOT_AN_INTEGER;
  if (value !== 0 && value !== 1) {
    return { error: '-ERR value is out of range, value must between 0 and 1' };
  }
  return { change: { set: 'rdb-only', on: value === 1 } };
};

/** Excludes everything and then takes back what is listed; an empty list leaves nothing. */
const judgeFilter = (words: string): OptionVerdict => {
  const included = words.split(' ').filter((word) => word !== '');
  const unknown = included.find((word) => word.toLowerCase() !== 'functions');
  if (unknown !== undefined) {
    return { error: `-ERR Unsupported rdb-filter-only option: ${unknown}` };
  }
  return {
    change: {
      set: 'exclusions',
      exclusions: included.length > 0 ? ['data'] : ['data', 'functions'],
    },
  };
};

/** Valkey's replicas say which version they are, so that a newer master can send them what they understand. */
const judgeVersion = (version: string): OptionVerdict =>
  /^\d+\.\d+\.\d+$/.test(version)
    ? { change: { set: 'version', version } }
    : { error: `-ERR Unrecognized version format: ${version}` };

/** REPLCONF-8. Only a replica's word counts; a normal client is not answered either. */
const judgeAck = (word: string, attached: boolean): OptionVerdict => {
  const offset = asInteger(word);
  if (!attached || offset === null) return { last: null };
  return { last: { set: 'acknowledged', offset: processedOffset(offset) } };
};

const judgeOption = (
  option: string,
  value: string,
  attached: boolean,
  dialect: Dialect,
): OptionVerdict => {
  switch (option.toLowerCase()) {
    case 'listening-port':
      return judgePort(value);
    case 'ip-address':
      return judgeAddress(value, dialect);
    case 'capa':
      return judgeCapability(value, dialect);
    case 'ack':
      return judgeAck(value, attached);
    case 'getack':
      return { last: { set: 'acknowledgement-wanted' } };
    case 'rdb-only':
      if (atLeast(dialect, 'redis-6.2')) return judgeRdbOnly(value);
      break;
    case 'rdb-filter-only':
      if (atLeast(dialect, 'redis-7')) return judgeFilter(value);
      break;
    case 'version':
      if (atLeast(dialect, 'valkey-8')) return judgeVersion(value);
      break;
  }
  return { error: `-ERR Unrecognized REPLCONF option: ${option}` };
};

/**
 * Takes the words behind `REPLCONF` two by two from the left (REPLCONF-1 to REPLCONF-9). `attached` says whether the
 * sender is a replica already: only then does an ACK count.
 */
export function judgeReplconf(
  words: readonly string[],
  attached: boolean,
  dialect: Dialect,
): ReplconfVerdict {
  if (words.length % 2 !== 0) return { changes: [], reply: '-ERR syntax error' };
  const changes: ReplconfChange[] = [];
  for (let index = 0; index < words.length; index += 2) {
    const [option = '', value = ''] = words.slice(index, index + 2);
    const verdict = judgeOption(option, value, attached, dialect);
    if ('error' in verdict) return { changes, reply: verdict.error };
    const change = 'last' in verdict ? verdict.last : verdict.change;
    if (change !== null) changes.push(change);
    if ('last' in verdict) return { changes, reply: null };
  }
  return { changes, reply: '+OK' };
}
