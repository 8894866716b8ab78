/** How many lines a transcript keeps, and how many bytes of each piece. */
const LINES_MAX = 200;
const PIECE_MAX = 160;

/** What was said on a connection, for people: bounded, so that a flood fills no memory. */
export class Transcript {
  readonly #lines: string[] = [];
  #dropped = 0;

  sent(bytes: Uint8Array): void {
    this.#note('sent ', bytes);
  }

  heard(bytes: Uint8Array): void {
    this.#note('heard', bytes);
  }

  /** Oldest first. */
  lines(): readonly string[] {
    return this.#dropped === 0
      ? this.#lines
      : [`(${this.#dropped} earlier pieces are left out)`, ...this.#lines];
  }

  #note(who: string, bytes: Uint8Array): void {
    if (this.#lines.length === LINES_MAX) {
      this.#lines.shift();
      this.#dropped += 1;
    }
    this.#lines.push(`${who} ${showBytes(bytes)}`);
  }
}

/** Bytes as a person reads them: printable ones as they are, the rest escaped, long pieces cut. */
export const showBytes = (bytes: Uint8Array): string => {
  const shown = Buffer.from(bytes.subarray(0, PIECE_MAX)).toString('latin1');
  const escaped = JSON.stringify(shown).replace(
    /[\u007f-\u00ff]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return bytes.length > PIECE_MAX ? `${escaped}... (${bytes.length} bytes)` : escaped;
};
