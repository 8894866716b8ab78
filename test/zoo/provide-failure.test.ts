import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { provideAs } from '../../src/zoo/provide.ts';
import { type Provisioning, treeFolder } from '../../src/zoo/provisioning.ts';
import { ServerUnavailable } from '../../src/zoo/unavailable.ts';
import { fakeDebian, type Trouble } from './fake-debian.ts';

const refusal = async (t: ExecutionContext, provisioning: Provisioning): Promise<string> => {
  const error = await t.throwsAsync(provideAs(provisioning), { instanceOf: ServerUnavailable });
  const message = error?.message ?? '';
  t.true(message.startsWith("redis-6.0 can't be had: "), message);
  t.notRegex(message, /mirror\.invalid|192\.0\.2\.7/);
  t.false(existsSync(treeFolder(provisioning)));
  return message;
};

/** What goes wrong, what the message must say of it, and whether trying again is all that is needed. */
const TROUBLES: readonly (readonly [Trouble, RegExp, RegExp])[] = [
  [
    'network down',
    /getting the lists .* bullseye failed\./,
    /Is the network up\?[\s\S]*Connection refused/,
  ],
  ['no such release', /mirror of this machine has no Debian bullseye/, /archive/],
  ['no key', /can't verify .* bullseye .*NO_PUBKEY 6ED0E7B82643E131/, /debian-archive-keyring/],
  ['no such package', /bullseye does not have the package .*redis-server/, /catalogue/],
  ['no mirror', /names no mirror of Debian/, /container/],
  ['damaged package', /libc6_2\.36-9_amd64\.deb can't be unpacked .*not a Debian/, /Try again/],
  ['library missing', /redis-server lacks a library .*libz\.so\.1/, /src\/zoo\/packages\.ts/],
  ['library of the machine', /redis-server lacks a library .*libz\.so\.1 => /, /packages\.ts/],
  ['program missing', /bullseye hold no redis-cli/, /catalogue/],
  ['other version', /it is 9\.9\.9, where 6\.0 is wanted/, /catalogue/],
];

for (const [trouble, problem, remedy] of TROUBLES) {
  test(`${trouble}: the message says so and what to do, and the next attempt succeeds`, async (t) => {
    const { provisioning, set } = await fakeDebian(t, trouble);
    const message = await refusal(t, provisioning);
    t.regex(message, problem);
    t.regex(message, remedy);
    await set('none');
    t.is((await provideAs(provisioning)).version, '6.0.99');
  });
}

test('a missing keyring is named', async (t) => {
  const { provisioning, calls } = await fakeDebian(t, 'none');
  const message = await refusal(t, { ...provisioning, keyrings: ['/nowhere/keys.gpg'] });
  t.regex(message, /no \/nowhere\/keys\.gpg\. Install the package debian-archive-keyring\./);
  t.deepEqual(
    (await calls()).filter((call) => call === 'apt-get update'),
    [],
  );
});

test('a machine that is not Debian is told what it lacks', async (t) => {
  const { provisioning } = await fakeDebian(t, 'none');
  const env = { ...provisioning.env, PATH: '/nowhere' };
  const message = await refusal(t, { ...provisioning, env });
  t.regex(message, /PATH has no apt-get, apt-config, dpkg, flock\. .* Debian’s packages/);
});

test('a cache folder that can’t be written is named', async (t) => {
  const { provisioning } = await fakeDebian(t, 'none');
  await writeFile(provisioning.cacheFolder, 'a file');
  const message = await refusal(t, provisioning);
  t.true(message.includes(`Can files be written in ${provisioning.cacheFolder}?`), message);
});

test('a cache folder that apt could not be told of is refused', async (t) => {
  const { provisioning } = await fakeDebian(t, 'none');
  const cacheFolder = `${provisioning.cacheFolder} "quoted"`;
  await mkdir(cacheFolder);
  t.regex(await refusal(t, { ...provisioning, cacheFolder }), /a quote or a line break/);
});
