/** A source of numbers that is the same for the same seed. */
export const chanceFrom = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

type Chance = ReturnType<typeof chanceFrom>;

const BINARY = 'a\x00b\r\n\xff';

/** Words for one key of each kind, so that some commands meet a value of another type. */
const GENERATORS: readonly ((chance: Chance, key: string, text: string) => readonly string[])[] = [
  (_, key, text) => ['SET', key, text],
  (chance, key, text) => ['SET', key, text, 'PX', String(100_000 + chance(1000))],
  (chance, key, text) => ['SET', key, text, chance(2) ? 'NX' : 'XX'],
  (_, key, text) => ['SET', key, text, 'KEEPTTL'],
  (_, key, text) => ['APPEND', key, text],
  (chance, key) => ['INCRBY', key, String(chance(100) - 50)],
  (chance, key, text) => ['SETRANGE', key, String(chance(20)), text],
  (_, key, text) => ['GETSET', key, text],
  (_, key, text) => ['MSET', key, text, `${key}:2`, text],
  (_, key) => ['DEL', key],
  (chance, key) => ['EXPIRE', key, String(1000 + chance(1000))],
  (_, key) => ['PEXPIREAT', key, '4000000000000'],
  (_, key) => ['PERSIST', key],
  (_, key) => ['RENAME', key, `${key}:2`],
  (_, key) => ['TYPE', key],
  (_, key) => ['EXISTS', key, `${key}:2`],
  (chance, key, text) => ['LPUSH', key, text, String(chance(10))],
  (_, key, text) => ['RPUSH', key, text, text],
  (_, key) => ['LPOP', key],
  (chance, key) => ['RPOP', key, String(chance(4))],
  (_, key) => ['LRANGE', key, '0', '-1'],
  (chance, key) => ['LTRIM', key, String(chance(3)), String(-1 - chance(3))],
  (chance, key, text) => ['LREM', key, String(chance(5) - 2), text],
  (chance, key, text) => ['LSET', key, String(chance(4) - 2), text],
  (_, key) => ['RPOPLPUSH', key, `${key}:2`],
  (_, key) => ['LMOVE', key, `${key}:2`, 'LEFT', 'RIGHT'],
  (chance, key, text) => ['SADD', key, text, String(chance(10))],
  (chance, key) => ['SREM', key, String(chance(10))],
  (_, key) => ['SCARD', key],
  (_, key, text) => ['SMOVE', key, `${key}:2`, text],
  (chance, key, text) => ['HSET', key, `f${chance(10)}`, text, 'g', String(chance(5))],
  (chance, key) => ['HDEL', key, `f${chance(10)}`, 'g'],
  (_, key) => ['HLEN', key],
  (_, key) => ['HINCRBY', key, 'g', '7'],
  (chance, key, text) => ['HSETNX', key, `f${chance(10)}`, text],
  (chance, key, text) => ['ZADD', key, String(chance(1000) / 8 - 50), text, '0.1', 'tenth'],
  (chance, key, text) => ['ZADD', key, chance(2) ? 'GT' : 'LT', 'CH', String(chance(100)), text],
  (chance, key, text) => ['ZADD', key, 'NX', '1e30', `m${chance(5)}`, '-inf', text],
  (_, key, text) => ['ZREM', key, text],
  (chance, key, text) => ['ZINCRBY', key, String(chance(9) / 4), text],
  (_, key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  (chance, key) => ['ZPOPMIN', key, String(chance(3))],
  (_, key) => ['ZREMRANGEBYSCORE', key, '-inf', '(-10'],
  (_, key) => ['ZCARD', key],
  (chance, key, text) => ['XADD', key, `${1000 + chance(500)}-${chance(5)}`, 'field', text],
  (chance, key, text) => ['XADD', key, 'MAXLEN', '5', `${2000 + chance(9)}-*`, 'f', text, 'g', 'v'],
  (chance, key) => ['XTRIM', key, 'MAXLEN', String(chance(6))],
  (chance, key) => ['XDEL', key, `${1000 + chance(500)}-1`],
  (_, key) => ['XLEN', key],
  (_, key) => ['XRANGE', key, '-', '+'],
];

/** Commands of every kind that the reference knows, some of them refused, over a few keys and databases. */
export const randomCommands = (seed: number, count: number): string[][] => {
  const chance = chanceFrom(seed);
  return Array.from({ length: count }, () => {
    const pick = chance(1000);
    if (pick < 15) return ['SELECT', String(chance(3))];
    if (pick < 18) return ['SWAPDB', '0', String(chance(3))];
    if (pick < 20) return ['FLUSHDB'];
    const kind = chance(GENERATORS.length);
    // Mostly keys of the command's own kind, so that values grow.
    const family = chance(10) === 0 ? chance(8) : Math.floor((kind * 8) / GENERATORS.length);
    const key = `key:${family}:${chance(4)}`;
    const text = chance(8) === 0 ? BINARY : chance(3) === 0 ? 'x'.repeat(100) : String(chance(20));
    return [...(GENERATORS[kind]?.(chance, key, text) ?? ['PING'])];
  });
};
