import type { RespValue } from '../../models/vocabulary/index.ts';

/** Nothing is answered. */
export const NO_REPLY = Symbol('no reply');

export type CommandReply = RespValue | typeof NO_REPLY;

export const OK: RespValue = { simple: 'OK' };

export const simple = (text: string): RespValue => ({ simple: text });
export const integer = (value: number): RespValue => ({ integer: value });
export const bulk = (text: string): RespValue => ({ bulk: text });
export const array = (items: readonly RespValue[]): RespValue => ({ array: items });
export const bulks = (texts: readonly string[]): RespValue => array(texts.map(bulk));

/** An error with the usual code in front. */
export const error = (text: string): RespValue => ({ error: `ERR ${text}` });

/** A line as the rules write it, sign included, as a reply. */
export const replyOfLine = (line: string): RespValue =>
  line.startsWith('-') ? { error: line.slice(1) } : { simple: line.slice(1) };

export const SYNTAX_ERROR = error('syntax error');
export const NOT_AN_INTEGER = error('value is not an integer or out of range');
export const WRONG_TYPE: RespValue = {
  error: 'WRONGTYPE Operation against a key holding the wrong kind of value',
};
