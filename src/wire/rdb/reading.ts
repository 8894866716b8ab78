/**
 * Something being read, which yields when it needs more of the payload than is there. Whoever resumes it has pushed more.
 */
export type Reading<Result> = Generator<void, Result, void>;
