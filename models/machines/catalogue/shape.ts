/** What a value has to look like to be part of an event, so that a malformed one is known before a rule meets it. */
export type Shape =
  | 'text'
  /** Finite; NaN would spoil every comparison after it. */
  | 'number'
  | 'flag'
  | { readonly oneOf: readonly string[] }
  | { readonly nullable: Shape }
  | { readonly listOf: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly either: readonly Shape[] };

type FieldsOf<T> = { readonly fields: { readonly [Key in keyof T]: ShapeOf<T[Key]> } };
type EachFieldsOf<T> = T extends unknown ? FieldsOf<T> : never;
type IsUnion<T, Whole = T> = (
  T extends unknown
    ? [Whole] extends [T]
      ? false
      : true
    : never
) extends false
  ? false
  : true;

/** The shapes that describe values of a type: a field forgotten or misspelt is an error of the compiler. */
export type ShapeOf<T> = [null] extends [T]
  ? { readonly nullable: ShapeOf<Exclude<T, null>> }
  : [T] extends [boolean]
    ? 'flag'
    : [T] extends [number]
      ? 'number'
      : [T] extends [string]
        ? string extends T
          ? 'text'
          : { readonly oneOf: readonly T[] }
        : [T] extends [readonly (infer Item)[]]
          ? { readonly listOf: ShapeOf<Item> }
          : IsUnion<T> extends true
            ? { readonly either: readonly EachFieldsOf<T>[] }
            : FieldsOf<T>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a value is not as described, and how: `line: not a text`; null where it is. `at` names the value itself. */
export const misfit = (value: unknown, shape: Shape, at: string): string | null => {
  if (shape === 'text') return typeof value === 'string' ? null : `${at}: not a text`;
  if (shape === 'flag') return typeof value === 'boolean' ? null : `${at}: not true or false`;
  if (shape === 'number') return Number.isFinite(value) ? null : `${at}: not a number`;
  if ('nullable' in shape) return value === null ? null : misfit(value, shape.nullable, at);
  if ('oneOf' in shape) {
    const isOne = typeof value === 'string' && shape.oneOf.includes(value);
    return isOne ? null : `${at}: none of ${shape.oneOf.join(', ')}`;
  }
  if ('either' in shape) {
    const fits = shape.either.some((each) => misfit(value, each, at) === null);
    return fits ? null : `${at}: none of its forms`;
  }
  if ('listOf' in shape) {
    if (!Array.isArray(value)) return `${at}: not a list`;
    return firstOf(value.map((item, index) => misfit(item, shape.listOf, `${at}[${index}]`)));
  }
  if (!isRecord(value)) return `${at}: not an object`;
  return firstOf(
    Object.entries(shape.fields).map(([name, field]) =>
      misfit(value[name], field, `${at}.${name}`),
    ),
  );
};

const firstOf = (misfits: readonly (string | null)[]): string | null =>
  misfits.find((each) => each !== null) ?? null;
