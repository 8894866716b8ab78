import type { ExecutionContext } from 'ava';
import type { RespValue } from '../../models/vocabulary/index.ts';
import { Control } from '../../src/conformance/target/control.ts';
import { type Observation, observationOf } from '../../src/conformance/target/observation.ts';

/** The longest wait for one answer or for servers to agree, in milliseconds. */
const PATIENCE = 20_000;

/** An ordinary client of a server under test, closed with the test. */
export const clientOf = async (
  t: ExecutionContext,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Control> => {
  const client = await Control.open({ host, port }, { timeout: PATIENCE });
  t.teardown(() => client.close());
  return client;
};

export const observe = async (client: Control): Promise<Observation> =>
  observationOf(await client.info('replication', 'stats', 'persistence'));

/** Looks again and again until something holds; fails the test where time runs out. */
export const until = async (
  t: ExecutionContext,
  what: string,
  holds: () => Promise<boolean>,
): Promise<void> => {
  const deadline = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      t.fail(`not within ${PATIENCE} ms: ${what}`);
      throw new Error(what);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Waits until a replica has everything that its master has, under the same replid. */
export const untilInStep = (
  t: ExecutionContext,
  master: Control,
  replica: Control,
): Promise<void> =>
  until(t, 'the replica is in step with its master', async () => {
    const [ahead, behind] = [await observe(master), await observe(replica)];
    return (
      behind.linkUp && ahead.ids.replid === behind.ids.replid && ahead.offset === behind.offset
    );
  });

const textOf = (reply: RespValue): string => JSON.stringify(reply);

/** Every key of a server with its value and whether it expires, as text that two servers can be compared by. */
export const contentsOf = async (client: Control): Promise<string[]> => {
  const lines: string[] = [];
  const databases = [...(await client.info('keyspace')).keys()].filter((name) =>
    /^db\d+$/.test(name),
  );
  for (const database of databases.sort()) {
    await client.run('SELECT', database.slice(2));
    const keys = await client.run('KEYS', '*');
    if (keys === null || !('array' in keys)) throw new Error('KEYS gave no array');
    const names = keys.array.map((key) => (key && 'bulk' in key ? key.bulk : '')).sort();
    const replies = await client.pipeline(
      ...names.map((key) => ['GET', key]),
      ...names.map((key) => ['PTTL', key]),
    );
    names.forEach((key, index) => {
      const value = textOf(replies[index] ?? null);
      const left = replies[index + names.length];
      const expires = left && 'integer' in left && left.integer > 0;
      lines.push(`${database} ${key} ${value} ${expires ? 'expires' : 'stays'}`);
    });
  }
  await client.run('SELECT', '0');
  return lines;
};
