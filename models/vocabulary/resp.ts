/**
 * A RESP value as it is said or heard. Text stands for bytes, one character a byte (latin-1), so that nothing is lost
 * on the way; `null` is the null bulk, null array and RESP3 null alike.
 */
export type RespValue =
  | { readonly simple: string }
  | { readonly error: string }
  | { readonly integer: number }
  | { readonly bulk: string }
  | { readonly array: readonly RespValue[] }
  | { readonly map: readonly (readonly [RespValue, RespValue])[] }
  | null;
