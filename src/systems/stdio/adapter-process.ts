import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import { Inconclusive } from '../../../properties/system.ts';

/** The longest line that is taken, in characters: more than any cluster has to say. */
const LINE_MAX = 4 * 1024 * 1024;

interface Waiting {
  readonly id: number;
  readonly resolve: (line: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A process that is asked questions on its standard input and answers on its standard output, a JSON object a line. */
export class AdapterProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #patience: number;
  #waiting: Waiting | null = null;
  #problem: string | null = null;
  #lastId = 0;

  constructor(
    command: string,
    env: Readonly<Record<string, string | undefined>>,
    patience: number,
  ) {
    this.#patience = patience;
    this.#child = spawn('/bin/sh', ['-c', `exec ${command}`], {
      env: { ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.on('error', (error) =>
      this.#fail(`the adapter can’t be started: ${error.message}`),
    );
    this.#child.on('exit', (code, signal) =>
      this.#fail(`the adapter ended ${signal === null ? `with code ${code}` : `by ${signal}`}`),
    );
    // That nobody reads any more is told by the end of the process.
    this.#child.stdin.on('error', () => {});
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line));
  }

  get isUsable(): boolean {
    return this.#problem === null;
  }

  /** @throws Inconclusive where the answer is late, is nonsense, or never comes */
  async ask<Answer extends z.ZodType>(question: object, answer: Answer): Promise<z.infer<Answer>> {
    if (this.#problem !== null) throw new Inconclusive(this.#problem);
    this.#lastId += 1;
    const id = this.#lastId;
    const heard = new Promise<unknown>((resolve, reject) => {
      this.#waiting = { id, resolve, reject };
    });
    this.#child.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
    const late = setTimeout(
      () => this.#fail(`the adapter did not answer within ${this.#patience} ms`),
      this.#patience,
    );
    try {
      const read = answer.safeParse(await heard);
      if (read.success) return read.data;
      const [issue] = read.error.issues;
      const where = issue?.path.join('.') ?? '';
      throw this.#fail(`the adapter answered nonsense: ${where}: ${issue?.message}`);
    } finally {
      clearTimeout(late);
    }
  }

  end(): void {
    this.#fail('the adapter was ended by us');
  }

  #hear(line: string): void {
    const waiting = this.#waiting;
    if (line.length > LINE_MAX) {
      this.#fail(`the adapter answered a line of ${line.length} characters`);
      return;
    }
    if (waiting === null) return;
    const read = parsed(line);
    if (read === null) {
      this.#fail(`the adapter answered nonsense: "${line.slice(0, 60)}" is no JSON object`);
      return;
    }
    // An answer to an earlier question is too late and answers nothing.
    if (read.id !== waiting.id) return;
    this.#waiting = null;
    waiting.resolve(read);
  }

  #fail(problem: string): Inconclusive {
    this.#problem ??= problem;
    this.#child.kill('SIGKILL');
    const failure = new Inconclusive(this.#problem);
    this.#waiting?.reject(failure);
    this.#waiting = null;
    return failure;
  }
}

const parsed = (line: string): { readonly id?: unknown } | null => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
};
