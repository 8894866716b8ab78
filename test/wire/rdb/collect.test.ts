import test from 'ava';
import { addMember, addTo } from '../../../src/wire/rdb/collect.ts';

/** As many as one map of V8 can hold, without holding them. */
const FULL = 2 ** 24;

class FullMap extends Map<string, number> {
  override get size(): number {
    return FULL;
  }
}

class FullSet extends Set<string> {
  override get size(): number {
    return FULL;
  }
}

test('more elements than a map can hold are refused, not left to fail', (t) => {
  t.throws(() => addTo(new FullMap(), 'name', 1, 'key'), {
    name: 'MalformedRdb',
    message: /more than 16777216 keys, which is all that one map can hold here/,
  });
  t.throws(() => addMember(new FullSet(), 'name'), {
    name: 'MalformedRdb',
    message: /more than 16777216 members/,
  });
});
