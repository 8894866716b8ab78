import type { SettingName } from '../replication/settings.ts';

/** What `serve` says of each setting that can be given to it. Those that change nothing here are left out. */
export const SETTING_TEXTS: Readonly<Partial<Record<SettingName, string>>> = {
  port: 'port to listen at; 0 takes a free one (default: 6379)',
  bind: 'addresses to listen at, separated by blanks (default: 127.0.0.1)',
  dir: 'folder to keep the data in; without one nothing outlives the server',
  dbfilename: 'name of the snapshot in that folder (default: dump.rdb)',
  save: 'save points: seconds and changes, "" for none (default with --dir: Redis’s)',
  'stop-writes-on-bgsave-error': 'refuse writes after a save that failed (default: yes)',
  requirepass: 'password that clients and replicas must give',
  masterauth: 'password for the master',
  masteruser: 'user for the master',
  'protected-mode': 'without a password, refuse who is not on loopback (default: yes)',
  maxclients: 'how many connections are taken at most (default: 10000)',
  databases: 'how many databases there are (default: 16)',
  'proto-max-bulk-len': 'longest string that a client may send (default: 512mb)',
  'repl-backlog-size': 'how much of the stream is kept (default: 1mb; Valkey 10mb)',
  'repl-backlog-ttl':
    'seconds without replicas after which it is given up; 0 never (default: 3600)',
  'repl-timeout': 'seconds of silence after which a link is given up (default: 60)',
  'repl-ping-replica-period': 'seconds between PINGs in the stream (default: 10)',
  'repl-diskless-sync':
    'send snapshots with an end mark, as they are made (default: as the dialect)',
  'repl-diskless-sync-delay': 'seconds to wait for more replicas before that (default: 5)',
  'repl-diskless-sync-max-replicas': 'begin at once when so many wait; 0 never (default: 0)',
  'client-output-buffer-limit': 'as in "replica 256mb 64mb 60": hard, soft, seconds of soft',
  'rdb-key-save-delay': 'microseconds to pause for each key of a snapshot (default: 0)',
  'replica-announce-ip': 'address that masters are told instead of one’s own',
  'replica-announce-port': 'port that masters are told instead of one’s own',
  'replica-priority': 'for Sentinel: lower is promoted first, 0 never (default: 100)',
  'min-replicas-to-write': 'refuse writes with fewer good replicas; 0 never (default: 0)',
  'min-replicas-max-lag': 'seconds since a good replica was heard at most (default: 10)',
  'shutdown-timeout': 'seconds to wait for replicas at the end (default: 10)',
};
