import { FAILOVER_WORDS } from '../../models/rules/failover.ts';
import type { ReplicationNode } from './node.ts';

/** One section of INFO: fields in the order in which Redis writes them. */
type Section = (node: ReplicationNode) => readonly (readonly [string, string | number])[];

const NO_REPLID = '0'.repeat(40);

const server: Section = (node) => [
  ['redis_version', node.version],
  ['psyncspec_dialect', node.dialect],
  ['redis_mode', 'standalone'],
  ['run_id', node.runId],
  ['tcp_port', node.port],
  ['uptime_in_seconds', node.seconds() - node.startedAt],
  ['hz', node.settings.number('hz')],
];

const persistence: Section = (node) => [
  ['loading', 0],
  ['async_loading', 0],
  ['rdb_changes_since_last_save', node.persistence.changes],
  ['rdb_bgsave_in_progress', node.snapshots.underway || node.persistence.underway ? 1 : 0],
  ['rdb_last_save_time', node.persistence.lastSave],
  ['rdb_last_bgsave_status', node.persistence.failed ? 'err' : 'ok'],
  ['rdb_saves', node.persistence.saves],
  ['aof_enabled', 0],
  ['aof_rewrite_in_progress', 0],
];

const stats: Section = (node) => [
  ['total_connections_received', node.connectionsReceived],
  ['sync_full', node.replicas.counters.syncFull],
  ['sync_partial_ok', node.replicas.counters.syncPartialOk],
  ['sync_partial_err', node.replicas.counters.syncPartialErr],
];

/** What came in the stream and was handed on without being understood: the data here lacks its effects. */
const opaque: Section = ({ execution: { opaque } }) => [
  ['opaque_commands', opaque.total],
  ...[...opaque.counts].map(([name, count]) => [`opaque_${name}`, count] as const),
];

const clients: Section = (node) => [
  ['connected_clients', node.allClients().length - node.replicas.count],
  ['maxclients', node.settings.number('maxclients')],
];

const replication: Section = (node) => {
  const { ids, offset, window, backlog } = node.stream;
  return [
    ['role', node.role],
    ...linkLines(node),
    ['connected_slaves', connectedCount(node)],
    ...goodReplicas(node),
    ...replicaLines(node),
    ['master_failover_state', FAILOVER_WORDS[node.failover.state]],
    ['master_replid', ids.replid],
    ['master_replid2', ids.replid2 ?? NO_REPLID],
    ['master_repl_offset', offset],
    ['second_repl_offset', ids.secondReplOffset ?? -1],
    ['repl_backlog_active', backlog === null ? 0 : 1],
    ['repl_backlog_size', node.settings.backlogCapacity],
    ['repl_backlog_first_byte_offset', window?.firstByte ?? 0],
    ['repl_backlog_histlen', window?.histlen ?? 0],
  ];
};

const goodReplicas = (node: ReplicationNode): (readonly [string, number])[] => {
  const maxLag = node.settings.number('min-replicas-max-lag');
  const active = node.settings.number('min-replicas-to-write') > 0 && maxLag > 0;
  return active ? [['min_slaves_good_slaves', node.replicas.good(maxLag)]] : [];
};

const connectedCount = (node: ReplicationNode): number =>
  node.replicas.all().filter(([, { state }]) => node.rules.countsAsConnected(state)).length;

const linkLines = (node: ReplicationNode): (readonly [string, string | number])[] => {
  const { master, isConnected, read, word, heardAt } = node.masterLink;
  if (master === null) return [];
  return [
    ['master_host', master.host],
    ['master_port', master.port],
    ['master_link_status', isConnected ? 'up' : 'down'],
    ['master_last_io_seconds_ago', isConnected ? node.seconds() - heardAt : -1],
    ['master_sync_in_progress', word === 'sync' ? 1 : 0],
    ['slave_read_repl_offset', isConnected ? read : node.stream.offset],
    ['slave_repl_offset', node.stream.offset],
    ['slave_priority', node.settings.number('replica-priority')],
    ['slave_read_only', 1],
    ['replica_announced', 1],
  ];
};

const replicaLines = (node: ReplicationNode): (readonly [string, string])[] => {
  const shown = node.replicas.all().flatMap(([client, session]) => {
    const state = node.rules.infoState(session.state);
    if (state === null) return [];
    const { address, listeningPort, acknowledged, heardAt } = session.context;
    const lag = state === 'online' ? node.seconds() - heardAt : 0;
    return [
      `ip=${address ?? client.peer.address},port=${listeningPort},state=${state},offset=${acknowledged},lag=${lag}`,
    ];
  });
  return shown.map((line, index) => [`slave${index}`, line]);
};

const keyspace: Section = (node) =>
  node.data.keyspace
    .sizes()
    .map(([database, { keys, expires }]) => [
      `db${database}`,
      `keys=${keys},expires=${expires},avg_ttl=0`,
    ]);

const SECTIONS: Readonly<Record<string, Section>> = {
  server,
  clients,
  persistence,
  stats,
  opaque,
  replication,
  keyspace,
};

const EVERYTHING = new Set(['', 'all', 'default', 'everything']);

/** The text of INFO for the sections asked for; none stands for all. */
export const infoText = (node: ReplicationNode, asked: readonly string[]): string => {
  const names = asked.map((name) => name.toLowerCase());
  const all = names.length === 0 || names.some((name) => EVERYTHING.has(name));
  return Object.entries(SECTIONS)
    .filter(([name]) => all || names.includes(name))
    .map(([name, section]) => {
      const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      const lines = section(node).map(([field, value]) => `${field}:${value}\r\n`);
      return `# ${title}\r\n${lines.join('')}`;
    })
    .join('\r\n');
};
