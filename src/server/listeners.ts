import { createServer, type Server } from 'node:net';

/** Where connections are taken: at one port, and at one address or several. */
export interface Listeners {
  readonly servers: readonly Server[];
  readonly port: number;
}

export interface ListenOptions {
  readonly port?: number;
  readonly host?: string;
  readonly alsoAt?: readonly string[];
}

/** How many connections may wait to be taken. Linux may reset those that come when the queue is full. */
const WAITING_MAX = 4096;

/** What the system says where an address is not there. */
const MISSING = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Listens at every address, or at none. */
export const listenAt = async ({
  port = 0,
  host,
  alsoAt = [],
}: ListenOptions): Promise<Listeners> => {
  const first = await listen(port, host ?? '127.0.0.1');
  const address = first.address();
  // A server that listens at a port has an address with that port.
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  const servers = [first];
  try {
    for (const each of alsoAt) {
      const server = await listenIfThere(taken, each);
      if (server !== null) servers.push(server);
    }
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
  return { servers, port: taken };
};

export const closeAll = async (servers: readonly Server[]): Promise<void> => {
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
  );
};

const listenIfThere = async (port: number, address: string): Promise<Server | null> => {
  try {
    return await listen(port, address.replace(/^-/, ''));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (address.startsWith('-') && MISSING.has(code)) return null;
    throw error;
  }
};

const listen = (port: number, host: string): Promise<Server> => {
  const server = createServer({ noDelay: true });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: WAITING_MAX }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
};
