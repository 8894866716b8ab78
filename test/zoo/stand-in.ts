import type { Command, RealServer } from '../../src/zoo/real-server.ts';

/** A stand-in for a server: any shell script, called as a server is. */
export const standIn = (script: string): RealServer => {
  const program: Command = { file: '/bin/sh', args: ['-c', script, 'stand-in'] };
  return {
    name: 'redis-7.0',
    software: 'redis',
    version: '7.0.99',
    origin: 'a stand-in',
    size: 0,
    programs: {
      server: program,
      sentinel: program,
      cli: program,
      'check-rdb': program,
      benchmark: program,
    },
  };
};
