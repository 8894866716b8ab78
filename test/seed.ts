/**
 * What chance starts from in tests: SEED, or a new number every day and machine. It stands in the title of every test
 * that uses it, so that a failure can be had again.
 */
export const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
