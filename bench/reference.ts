import { ReplicationServer, type ServerOptions } from '../src/server/server.ts';

/** The reference server in a process of its own. Its options are its argument; it says its port, and ends with its parent. */
const [options = '{}'] = process.argv.slice(2);
const server = await ReplicationServer.listen(JSON.parse(options) as ServerOptions); // From servers.ts, which made it of such.
process.on('disconnect', () => process.exit(0));
process.send?.(server.port);
