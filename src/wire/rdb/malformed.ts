/**
 * Thrown inside the RDB reader where the bytes make no sense, and caught by it: it hands the problem on as a value.
 * Thrown, not returned, because such a place can be ten calls deep and every one of them would have to ask.
 */
export class MalformedRdb extends Error {
  override readonly name = 'MalformedRdb';
  /** The position in the payload, or undefined where only the string is known that was read last. */
  readonly at: number | undefined;

  constructor(problem: string, at?: number) {
    super(problem);
    this.at = at;
  }
}
