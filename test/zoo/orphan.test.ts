import { existsSync } from 'node:fs';
import test from 'ava';
import { cacheFolder } from '../../src/zoo/index.ts';
import { realServer } from '../real-servers.ts';
import { ask } from './ask.ts';
import { eventually, runningIn } from './processes.ts';
import { crash, separateProcess } from './separate-process.ts';

interface Started {
  readonly pid: number;
  readonly port: number;
  readonly dir: string;
}

test(
  'a process that is killed leaves no server, no child of one, and no folder',
  realServer('redis-7.0')(async (t, { server }) => {
    const cache = cacheFolder(process.env, process.cwd());
    const parent = separateProcess(t, 'start-here.ts', [cache]);
    const started = (await parent.line()) as Started; // Written by that script.
    const running = { server, host: '127.0.0.1' as const, ...started };
    await ask(running, 'set', 'a', 'b');
    await ask(running, 'bgsave');
    // The server, and its child that saves without end.
    t.true(await eventually(() => runningIn(started.pid).length === 2));
    await crash(parent);
    t.true(await eventually(() => runningIn(started.pid).length === 0 && !existsSync(started.dir)));
  }),
);
