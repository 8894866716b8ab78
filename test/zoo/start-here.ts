import { provide } from '../../src/zoo/provide.ts';
import { start } from '../../src/zoo/start.ts';

const [cacheFolder = ''] = JSON.parse(process.argv[2] ?? '') as string[]; // Written by the test.
const server = await provide('redis-7.0', { cacheFolder, env: process.env });
const { pid, port, dir } = await start(server, { config: { 'rdb-key-save-delay': 100_000_000 } });
console.log(JSON.stringify({ pid, port, dir }));
