import type { RespValue } from '../../../models/vocabulary/index.ts';
import { Inconclusive, type NodeView } from '../../../properties/system.ts';
import { type InfoFields, parseInfo, replicasOf } from '../../wire/info.ts';
import { LOG_KEY, LOGGED_DATABASES } from '../log.ts';
import type { OperatorClient } from './client.ts';

const textOf = (reply: RespValue | undefined): string =>
  reply != null && 'bulk' in reply ? reply.bulk : '';

const numberOf = (fields: InfoFields, name: string): number => Number(fields.get(name) ?? 'NaN');

const NO_REPLID = /^0{40}$/;

/** How long a server may be loading before we give up, in tries. */
const LOADING_TRIES = 200;
const LOADING_PAUSE = 25;

/**
 * What a node says of itself, all of it at one moment: a transaction keeps others out.
 *
 * @throws Inconclusive
 */
export const observe = async (
  client: OperatorClient,
  nodeAt: (port: number) => number | null,
): Promise<NodeView> => {
  const replies = await readAll(client);
  const fields = parseInfo(`${textOf(replies[0])}\n${textOf(replies[1])}`);
  const data = LOGGED_DATABASES.map((_, index) => textOf(replies[2 + 2 * index + 1]));
  return viewOf(fields, data, nodeAt);
};

const readAll = async (client: OperatorClient): Promise<readonly RespValue[]> => {
  for (let tries = 0; tries < LOADING_TRIES; tries += 1) {
    await client.run('MULTI');
    await client.run('INFO', 'replication');
    await client.run('INFO', 'stats');
    for (const database of LOGGED_DATABASES) {
      await client.run('SELECT', String(database));
      await client.run('GET', LOG_KEY);
    }
    const whole = await client.run('EXEC');
    if (whole !== null && 'array' in whole) return whole.array;
    // A server that loads a snapshot shows nothing of itself until it is done.
    await new Promise((resolve) => setTimeout(resolve, LOADING_PAUSE));
  }
  throw new Inconclusive('a server can’t be observed: it is loading for too long');
};

const viewOf = (
  fields: InfoFields,
  data: readonly string[],
  nodeAt: (port: number) => number | null,
): NodeView => {
  const replid2 = fields.get('master_replid2') ?? '';
  const second = numberOf(fields, 'second_repl_offset');
  const masterPort = fields.get('master_port');
  const failover = fields.get('master_failover_state') ?? 'no-failover';
  return {
    alive: true,
    role: fields.get('role') === 'slave' ? 'slave' : 'master',
    replid: fields.get('master_replid') ?? '',
    replid2: NO_REPLID.test(replid2) || replid2 === '' ? null : replid2,
    secondReplOffset: second < 0 ? null : second,
    offset: numberOf(fields, 'master_repl_offset'),
    window:
      fields.get('repl_backlog_active') === '1'
        ? {
            firstByte: numberOf(fields, 'repl_backlog_first_byte_offset'),
            histlen: numberOf(fields, 'repl_backlog_histlen'),
          }
        : null,
    backlogSize: numberOf(fields, 'repl_backlog_size'),
    master: masterPort === undefined ? null : nodeAt(Number(masterPort)),
    linkUp: fields.get('master_link_status') === 'up',
    failingOver: failover !== 'no-failover',
    replicas: replicasOf(fields).map(({ port, state, offset }) => ({
      node: nodeAt(port),
      state,
      acknowledged: offset,
    })),
    counters: {
      syncFull: numberOf(fields, 'sync_full'),
      syncPartialOk: numberOf(fields, 'sync_partial_ok'),
      syncPartialErr: numberOf(fields, 'sync_partial_err'),
    },
    data,
    history: null,
  };
};
