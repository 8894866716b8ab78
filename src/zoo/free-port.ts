import { once } from 'node:events';
import { createServer } from 'node:net';

/** Every server listens here and nowhere else. */
export const HOST = '127.0.0.1';

/** A port that nobody listens on at this moment. Somebody else may be quicker to take it. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  // A pipe has a name instead; we listened on a port.
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
};
