import type { NodeEvent } from '../replication/effects.ts';

/** What `serve` has to tell beside what its node does. */
export type ServeEvent =
  | NodeEvent
  | {
      readonly event: 'listening';
      readonly host: string;
      readonly port: number;
      readonly dialect: string;
      readonly mutant: string | null;
    }
  | { readonly event: 'note'; readonly text: string }
  | { readonly event: 'closes'; readonly because: string }
  | { readonly event: 'closed' };

const bytes = (count: number | null): string =>
  count === null ? 'of unknown length' : `of ${count} bytes`;

/** An event as a person reads it. */
export const describe = (event: ServeEvent): string => {
  switch (event.event) {
    case 'listening': {
      const fault = event.mutant === null ? '' : `, with the fault ${event.mutant}`;
      return `listening on ${event.host} port ${event.port} as ${event.dialect}${fault}`;
    }
    case 'note':
      return event.text;
    case 'closes':
      return `${event.because}: closing`;
    case 'closed':
      return 'closed';
    case 'replica-asks':
      return `replica ${event.replica} asks: ${event.request}`;
    case 'continues':
      return `replica ${event.replica} continues from byte ${event.from}`;
    case 'full-resync':
      return `replica ${event.replica} is sent everything: ${event.because}`;
    case 'snapshot-starts':
      return `snapshot begins at offset ${event.offset}, on its way to ${event.target === 'disk' ? 'replicas by length' : 'sockets'}`;
    case 'replica-online':
      return `replica ${event.replica} is online`;
    case 'replica-leaves':
      return `replica ${event.replica} leaves: ${event.because}`;
    case 'backlog-created':
      return `backlog begins, under the new replid ${event.replid}`;
    case 'backlog-freed':
      return `backlog freed after repl-backlog-ttl without replicas; the new replid is ${event.replid}`;
    case 'replica-of':
      return `replica of ${event.master} from now on`;
    case 'connects-to-master':
      return `connects to master ${event.master}`;
    case 'asks-master':
      return `asks its master: ${event.request}`;
    case 'snapshot-from-master':
      return `takes a snapshot ${bytes(event.bytes)} from its master, of ${event.replid} at offset ${event.offset}`;
    case 'snapshot-loaded':
      return `snapshot loaded: in step with ${event.replid} at offset ${event.offset}`;
    case 'continued':
      return `continues ${event.replid} at offset ${event.offset}`;
    case 'master-lost':
      return `link to master ${event.master} lost: ${event.because}`;
    case 'opaque-command':
      return `does not know the command ${event.command} of the stream: it is handed on and counted, and the data here lacks its effect`;
    case 'failover':
      return `failover: ${event.state}`;
    case 'saved':
      return 'data saved';
    case 'not-saved':
      return `data not saved: ${event.because}`;
    case 'shutdown-waits':
      return `waits up to ${event.seconds} s for replicas before it ends`;
    case 'shutdown-stopped':
      return `goes on after all: ${event.because}`;
    case 'promoted':
      return `is a master: replid ${event.replid}, replid2 ${event.replid2} up to byte ${event.secondReplOffset}`;
  }
};

/** A line of the log, without its end. */
export const logLine = (event: ServeEvent, at: Date, json: boolean): string =>
  json
    ? JSON.stringify({ time: at.toISOString(), ...event })
    : `${at.toISOString()} ${describe(event)}`;
