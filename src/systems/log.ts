/** Every write appends a word of its own to this key, so that a node's data is the list of the writes that it has. */
export const LOG_KEY = 'log';

/** What makes a write large; replaced by every large write. */
export const FILLER_KEY = 'filler';

export const LOGGED_DATABASES: readonly number[] = [0, 1];

/** The word of a write, which no other write has. */
export const wordOf = (write: number): string => `${write};`;

/** The two words of a transaction. */
export const pairOf = (write: number): readonly [string, string] => [`${write}a;`, `${write}b;`];
