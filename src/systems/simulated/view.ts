import type { History } from '../../../properties/oracle/history.ts';
import type { NodeView } from '../../../properties/system.ts';
import type { ReplicationNode } from '../../replication/node.ts';
import type { ClientId } from '../../replication/ports.ts';
import { LOG_KEY, LOGGED_DATABASES } from '../log.ts';
import { PORT } from './address.ts';

/** What a node shows of itself, read where INFO reads it. */
export const viewOf = (
  node: ReplicationNode,
  history: History,
  replicaBehind: (client: ClientId) => number | null,
): NodeView => {
  const { ids, offset, window } = node.stream;
  const { master, isConnected } = node.masterLink;
  return {
    alive: true,
    role: node.role,
    replid: ids.replid,
    replid2: ids.replid2,
    secondReplOffset: ids.secondReplOffset,
    offset,
    window,
    backlogSize: node.settings.backlogCapacity,
    master: master === null ? null : master.port - PORT,
    linkUp: isConnected,
    failingOver: node.failover.state !== 'none',
    replicas: node.replicas.all().flatMap(([client, session]) => {
      const state = node.rules.infoState(session.state);
      const { acknowledged } = session.context;
      return state === null ? [] : [{ node: replicaBehind(client.id), state, acknowledged }];
    }),
    counters: node.replicas.counters,
    data: LOGGED_DATABASES.map((database) => logOf(node, database)),
    history: history.copy(),
  };
};

const logOf = (node: ReplicationNode, database: number): string => {
  const value = node.data.keyspace.get(database, LOG_KEY)?.value;
  return value?.type === 'string' ? value.value : '';
};
