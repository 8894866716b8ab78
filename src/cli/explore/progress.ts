import type { Progress } from '../../explore/index.ts';

/** Where progress is shown. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const LINE_MILLISECONDS = 5000;
const REFRESH_MILLISECONDS = 200;
const CLEAR_LINE = '\r\u001b[2K';

const grouped = (count: number): string => Math.round(count).toLocaleString('en-US');

/** What a search has found so far, on one line. */
export const progressLine = (
  progress: Progress,
  seconds: number,
  secondsMax: number | null,
): string => {
  const rate = seconds > 0 ? progress.states / seconds : 0;
  const parts = [
    `level ${progress.level}`,
    `${grouped(progress.states)} states`,
    `${grouped(progress.waiting)} waiting`,
    `${grouped(progress.transitions)} transitions`,
    `${grouped(rate)} states/s`,
    `${grouped(progress.bytes / 2 ** 20)} MiB`,
    `${seconds.toFixed(0)} s`,
  ];
  if (secondsMax !== null) parts.push(`${Math.max(0, secondsMax - seconds).toFixed(0)} s left`);
  return parts.join(', ');
};

/** Shows progress: a line that is rewritten on a terminal, and a new line every few seconds elsewhere. */
export class ProgressReport {
  readonly #stream: ProgressStream;
  readonly #secondsMax: number | null;
  readonly #started = performance.now();
  #shown = this.#started;
  #isOpen = false;

  constructor(stream: ProgressStream, secondsMax: number | null) {
    this.#stream = stream;
    this.#secondsMax = secondsMax;
  }

  show(progress: Progress): void {
    const now = performance.now();
    const isTerminal = this.#stream.isTTY === true;
    if (now - this.#shown < (isTerminal ? REFRESH_MILLISECONDS : LINE_MILLISECONDS)) return;
    this.#shown = now;
    const line = progressLine(progress, (now - this.#started) / 1000, this.#secondsMax);
    this.#stream.write(isTerminal ? `${CLEAR_LINE}${line}` : `${line}\n`);
    this.#isOpen = isTerminal;
  }

  /** Takes the line off a terminal. */
  end(): void {
    if (this.#isOpen) this.#stream.write(CLEAR_LINE);
    this.#isOpen = false;
  }
}
