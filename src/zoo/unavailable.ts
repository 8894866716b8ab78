import type { ServerName } from './catalogue.ts';

/** A server can't be had here and now. Says which, why, and what to do about it. */
export class ServerUnavailable extends Error {
  readonly server: ServerName;
  readonly problem: string;
  readonly remedy: string;

  /** `problem` is a clause without its full stop, `remedy` whole sentences. */
  constructor(server: ServerName, problem: string, remedy: string) {
    super(`${server} can't be had: ${problem}. ${remedy}`);
    this.name = 'ServerUnavailable';
    this.server = server;
    this.problem = problem;
    this.remedy = remedy;
  }
}
