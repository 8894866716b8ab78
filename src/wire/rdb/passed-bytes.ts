import { Crc64 } from './crc64.ts';

/** What is made of the bytes of a payload as they are read: their checksum, and a copy of those that are kept as they are. */
export class PassedBytes {
  readonly #crc = new Crc64();
  /** Up to where in the buffer they were taken. */
  #taken = 0;
  #captured: Buffer[] | null = null;

  get checksum(): bigint {
    return this.#crc.value;
  }

  /** Takes what lies in the buffer between what was taken and `end`. */
  take(buffer: Buffer, end: number): void {
    this.#crc.update(buffer, this.#taken, end);
    this.#captured?.push(Buffer.from(buffer.subarray(this.#taken, end)));
    this.#taken = end;
  }

  /** The next bytes to take lie at the start of a buffer again. */
  restart(): void {
    this.#taken = 0;
  }

  startCapture(): void {
    this.#captured = [];
  }

  /** A copy of what was taken since `startCapture`. */
  endCapture(): Buffer {
    const whole = Buffer.concat(this.#captured ?? []);
    this.#captured = null;
    return whole;
  }
}
