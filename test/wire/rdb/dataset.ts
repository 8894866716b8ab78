/** Text that no compression makes shorter. The same each time. */
const noise = (length: number): string => {
  let state = 42;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return String.fromCharCode(state >>> 24);
  }).join('');
};

const everyByte = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');

/** Integers at the edges of every form that an integer has anywhere in an RDB. */
const INTEGERS = [
  0, 1, 12, 13, 63, 64, 127, 128, -1, -128, -129, 255, 256, 4095, 4096, -4096, -4097, 32767, 32768,
  -32768, -32769, 8388607, 8388608, -8388608, -8388609, 2147483647, 2147483648, -2147483648,
  -2147483649,
].map(String);

const LARGE_INTEGERS = ['9223372036854775807', '-9223372036854775808', '9007199254740993'];

const small = ['a', '', 'two words', everyByte.slice(0, 60), ...INTEGERS, ...LARGE_INTEGERS];

/** Texts at the edges of every form that a string has in a listpack and a ziplist, and of the length behind it. */
const LENGTHS = [
  63, 64, 123, 124, 125, 126, 127, 128, 252, 253, 254, 255, 4095, 4096, 16377, 16378,
];
const large = LENGTHS.map((length) => `${length}:`.padEnd(length, 'x'));

const pairs = (strings: readonly string[]): string[] =>
  strings.flatMap((text, index) => [`f${index}`, text]);

/** A time in the year 2100, in milliseconds. */
export const LATER = 4102444800123;

/** What every server is given, as commands; the key is the second word. Each type of value, small and large. */
export const COMMANDS: readonly (readonly string[])[] = [
  ['SET', 'empty', ''],
  ...INTEGERS.map((text) => ['SET', `integer ${text}`, text]),
  ...LARGE_INTEGERS.map((text) => ['SET', `integer ${text}`, text]),
  ['SET', 'leading zero', '007'],
  ['SET', 'every byte', everyByte],
  ['SET', everyByte, 'a key of every byte'],
  ['SET', 'compressed', 'abc'.repeat(100)],
  ['SET', 'compressed well', 'a'.repeat(20000)],
  ['SET', 'length in one byte', noise(63)],
  ['SET', 'length in two bytes', noise(64)],
  ['SET', 'expires', 'later'],
  ['PEXPIREAT', 'expires', String(LATER)],
  ['RPUSH', 'list small', ...small],
  ['RPUSH', 'list large', ...large],
  ['SADD', 'set of 16 bits', '1', '-2', '32767'],
  ['SADD', 'set of 32 bits', '1', '-2', '2147483647'],
  ['SADD', 'set of 64 bits', '1', '-2', '9223372036854775807'],
  ['SADD', 'set small', ...small],
  ['SADD', 'set large', ...large],
  ['HSET', 'hash small', ...pairs(small)],
  ['HSET', 'hash large', ...pairs(large)],
  ['HSET', 'hash expires', 'field', 'value'],
  ['PEXPIREAT', 'hash expires', String(LATER)],
  [
    'ZADD',
    'zset small',
    ...'0 zero -0 minus 1 one -1.5 half 1e300 big 1e-300 tiny inf up -inf down 3.0000000000000004 near'.split(
      ' ',
    ),
  ],
  ['ZADD', 'zset large', ...large.flatMap((text, index) => [String(index / 3), text])],
  ['XADD', 'stream', '1-1', 'a', '1', 'b', '2'],
  ['XADD', 'stream', '1-2', 'a', '3', 'b', '4'],
  ['XADD', 'stream', '1-3', 'a', '-5', 'c', everyByte],
  ['XADD', 'stream', '5-0', 'a', 'x'.repeat(5000), 'b', '128'],
  ['XADD', 'stream', '1700000000000-7', 'a', '', 'b', '9007199254740993'],
  ['XADD', 'stream', '18446744073709551614-18446744073709551615', 'last', 'but one'],
  ['XDEL', 'stream', '1-2'],
  ['XGROUP', 'CREATE', 'stream', 'readers', '0'],
  ['XGROUP', 'CREATE', 'stream', 'idle', '1-1'],
  ['XGROUP', 'CREATE', 'stream', 'done', '$'],
  ['XREADGROUP', 'GROUP', 'readers', 'one', 'COUNT', '2', 'STREAMS', 'stream', '>'],
  ['XREADGROUP', 'GROUP', 'readers', 'two', 'COUNT', '1', 'STREAMS', 'stream', '>'],
  ['XACK', 'stream', 'readers', '1-1'],
  ['XCLAIM', 'stream', 'readers', 'two', '0', '1-3', 'RETRYCOUNT', '70000'],
  ['XADD', 'stream trimmed', 'MAXLEN', '3', '1-1', 'n', '0'],
  ...Array.from({ length: 9 }, (_, n) => [
    'XADD',
    'stream trimmed',
    'MAXLEN',
    '3',
    `2-${n}`,
    'n',
    String(n),
  ]),
  ['XADD', 'stream emptied', '7-7', 'n', '0'],
  ['XDEL', 'stream emptied', '7-7'],
  ['XGROUP', 'CREATE', 'stream emptied', 'readers', '$'],
  ['SELECT', '3'],
  ['SET', 'elsewhere', 'in database 3'],
  ['SELECT', '0'],
];

/**
 * A stream with strings at the edges. Apart, because Valkey 9.1.2 cannot load what any other server wrote of the element
 * that has 2^14 - 1 bytes.
 */
export const EDGE_COMMANDS: readonly (readonly string[])[] = [
  ['XADD', 'stream of edges', '1-1', ...pairs(large)],
  ['XADD', 'stream of edges', '1-2', ...pairs(small)],
];

/** What only newer servers know: they are asked, and may refuse. */
export const NEWER_COMMANDS: readonly (readonly string[])[] = [
  ['HSET', 'hash of expiring fields', ...pairs(small)],
  ['HPEXPIREAT', 'hash of expiring fields', String(LATER), 'FIELDS', '2', 'f0', 'f5'],
  ['HPEXPIREAT', 'hash of expiring fields', String(LATER + 1000), 'FIELDS', '1', 'f7'],
  ['VADD', 'vectors', 'VALUES', '3', '0.1', '0.2', '0.3', 'near'],
  ['VADD', 'vectors', 'VALUES', '3', '-1', '7', '0.5', 'far', 'SETATTR', '{"a":1}'],
  [
    'FUNCTION',
    'LOAD',
    "#!lua name=mylib\nredis.register_function('first', function(keys) return keys[1] end)",
  ],
];
