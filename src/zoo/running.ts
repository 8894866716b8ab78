import type { Configuration } from './configuration.ts';
import type { HOST } from './free-port.ts';
import type { RealServer } from './real-server.ts';
import type { Exit } from './tied-child.ts';

export interface StartOptions {
  readonly config?: Configuration;
  /** The folder of its data and its configuration, which stays when it stops. By default a temporary one, which does not. */
  readonly dir?: string;
  /** By default one that is free. */
  readonly port?: number;
  /** How long it may take until it is ready, in milliseconds. */
  readonly patience?: number;
}

/** A server that was ready when it was handed over. */
export interface Running {
  readonly server: RealServer;
  readonly host: typeof HOST;
  readonly port: number;
  readonly pid: number;
  readonly dir: string;
  /** What it wrote last, to either output. */
  readonly log: () => string;
  /** Resolves when it has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Sends a signal; false where it has ended already. */
  readonly kill: (signal: NodeJS.Signals) => boolean;
  /**
   * Ends it and leaves nothing behind: no process, and no folder but one that was given. May be called at any time and
   * repeatedly.
   */
  readonly stop: () => Promise<void>;
}
