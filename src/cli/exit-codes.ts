/** What the process ends with; the same for every command. */
export const EXIT = {
  conforms: 0,
  violation: 1,
  inconclusive: 2,
  usage: 64,
  badInput: 65,
  nothingSelected: 66,
  unreachable: 69,
  internal: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a message for its user. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
