/** A server under way. */
export interface NetworkServer {
  readonly port: number;
  /** Ends it at once. */
  readonly end: () => Promise<void>;
}

export interface StartingServer {
  /** The port to take again; null for any. */
  readonly port: number | null;
  /** Whether it finds what its predecessor saved, or begins with nothing. */
  readonly keepsData: boolean;
  /** The port of the master to follow from the start. */
  readonly masterPort: number | null;
}

/** Where servers come from. */
export interface ServerSource {
  readonly name: string;
  /** @throws Error with what prevents it */
  readonly start: (node: number, starting: StartingServer) => Promise<NetworkServer>;
  /** Removes what is left of all of them. */
  readonly close: () => Promise<void>;
}

/** Small backlogs, and no PING that comes in between: as in the simulated cluster, but for the time that passes. */
export const SETTINGS = {
  'repl-backlog-size': '16384',
  'repl-diskless-sync-delay': '0',
  'repl-ping-replica-period': '3600',
  save: '',
} as const;
