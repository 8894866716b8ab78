import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeCommand, type ReplyRead, ReplyReader } from '../wire/resp.ts';
import { HOST } from './free-port.ts';

/** Whom to ask whether it is ready. */
export interface Asked {
  readonly port: number;
  /** Another server may have taken the port: only the answer of this process counts. */
  readonly pid: number;
  /** What `requirepass` says, where it says something. */
  readonly password: string | undefined;
}

/** Why a server is not ready, or `ready`. */
export type Readiness = 'ready' | { readonly not: string };

/** How long one answer may take, in milliseconds. */
const ANSWER_LIMIT = 2000;

/** The pauses between questions, in milliseconds: short ones first, as a server is up within a few. */
const PAUSES = [2, 5, 10, 20, 50];

/** Asks until the server is ready, or `signal` says to stop. */
export const untilReady = async (asked: Asked, signal: AbortSignal): Promise<Readiness> => {
  let last: Readiness = { not: 'it was not asked' };
  for (let turn = 0; !signal.aborted; turn += 1) {
    last = await readiness(asked);
    if (last === 'ready') return last;
    await delay(PAUSES[turn] ?? PAUSES.at(-1), undefined, { signal }).catch(() => undefined);
  }
  return last;
};

const readiness = async ({ port, pid, password }: Asked): Promise<Readiness> => {
  const login = password === undefined ? [] : [['AUTH', password]];
  const replies = await converse(port, [...login, ['INFO']]);
  if ('not' in replies) return replies;
  const info = replies.heard.at(-1);
  if (info === undefined || info === null || !('bulk' in info)) {
    return { not: `it answered INFO with ${JSON.stringify(info)}` };
  }
  const field = (name: string) => new RegExp(`^${name}:(\\S*)`, 'm').exec(info.bulk)?.[1];
  if (field('process_id') !== String(pid)) return { not: `another server listens on port ${port}` };
  // A sentinel has no such field.
  if (field('loading') === '1') return { not: 'it is loading its data' };
  return 'ready';
};

type Reply = Extract<ReplyRead, { readonly reply: unknown }>['reply'];

type Heard = { readonly heard: readonly Reply[] } | { readonly not: string };

/** Sends commands on a connection of their own and waits for as many replies. Never rejects. */
const converse = (port: number, commands: readonly (readonly string[])[]): Promise<Heard> =>
  new Promise((resolve) => {
    const reader = new ReplyReader();
    const heard: Reply[] = [];
    const socket = createConnection({ port, host: HOST });
    const finish = (result: Heard): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(ANSWER_LIMIT, () => finish({ not: `no answer within ${ANSWER_LIMIT} ms` }));
    socket.on('error', (error) => finish({ not: error.message }));
    socket.on('close', () => finish({ not: 'it closed the connection' }));
    socket.on('connect', () => {
      for (const words of commands) socket.write(encodeCommand(words));
    });
    socket.on('data', (chunk) => {
      reader.push(chunk);
      for (let read = reader.next(); read !== 'incomplete'; read = reader.next()) {
        if ('malformed' in read) return finish({ not: `it answered with ${read.malformed}` });
        heard.push(read.reply);
        if (heard.length === commands.length) return finish({ heard });
      }
    });
  });
