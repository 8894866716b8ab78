import { once } from 'node:events';
import { spawnTied } from '../../src/zoo/tied-child.ts';

const [file = '', remove = ''] = JSON.parse(process.argv[2] ?? '') as string[]; // Written by the test.
const tied = await spawnTied({ file: '/bin/sh', args: ['-c', file] }, { env: process.env, remove });
await once(tied.process.stdout ?? process, 'data');
console.log(JSON.stringify(tied.process.pid));
