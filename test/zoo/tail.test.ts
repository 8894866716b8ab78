import test from 'ava';
import fc from 'fast-check';
import { Tail } from '../../src/zoo/tail.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);

test(`a tail is the end of what was pushed, bounded, and counts the rest (SEED=${SEED})`, (t) => {
  const chunks = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 20 }), { maxLength: 40 });
  let cut = 0;
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 100 }), (pieces, limit) => {
      const tail = new Tail(limit);
      for (const piece of pieces) tail.push(Buffer.from(piece));
      const whole = pieces.join('');
      const [, dropped = '0', kept = tail.text()] =
        /^\((\d+) earlier bytes dropped\)\n([\s\S]*)$/.exec(tail.text()) ?? [];
      if (dropped !== '0') cut += 1;
      return (
        kept === whole.slice(Number(dropped)) &&
        kept.length <= limit + 20 &&
        kept.length >= Math.min(limit, whole.length)
      );
    }),
    { seed: SEED, numRuns: 500 },
  );
  t.true(cut > 0);
});
