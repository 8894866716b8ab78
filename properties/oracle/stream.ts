/**
 * A backlog that forgets nothing: it keeps every byte of the stream and only remembers which it would have to have
 * dropped. Positions count from 1, as everywhere.
 */
export class RememberedStream {
  readonly #bytes: number[] = [];
  readonly #offset: number;
  #capacity: number;
  #dropped: number;

  /** Begins at `offset`: what came before was never here. */
  constructor(offset: number, capacity: number) {
    this.#offset = offset;
    this.#capacity = capacity;
    this.#dropped = offset;
  }

  feed(bytes: Iterable<number>): void {
    this.#bytes.push(...bytes);
    this.#forget();
  }

  /** Later servers keep what still fits; earlier ones dropped everything unless the size stayed the same. */
  resize(capacity: number, keeps: boolean): void {
    if (!keeps && capacity !== this.#capacity) this.#dropped = this.#end();
    this.#capacity = capacity;
    this.#forget();
  }

  /** The position of the oldest byte that a backlog of this capacity still holds. */
  get firstByte(): number {
    return this.#dropped + 1;
  }

  get histlen(): number {
    return this.#end() - this.#dropped;
  }

  /** Every byte from a position on, whether a backlog would hold it or not. */
  from(position: number): number[] {
    return this.#bytes.slice(position - 1 - this.#offset);
  }

  #end(): number {
    return this.#offset + this.#bytes.length;
  }

  #forget(): void {
    this.#dropped = Math.max(this.#dropped, this.#end() - this.#capacity);
  }
}
