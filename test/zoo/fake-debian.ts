import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Provisioning } from '../../src/zoo/provisioning.ts';

/**
 * How the stand-ins for apt and dpkg behave. Their words were taken down from apt 2.6.1, which was shown a dead port, an
 * unknown release, a keyring without the key and an unknown package.
 */
export type Trouble =
  | 'none'
  | 'network down'
  | 'no such release'
  | 'no key'
  | 'no such package'
  | 'no mirror'
  | 'download hangs'
  | 'damaged package'
  | 'library missing'
  | 'library of the machine'
  | 'program missing'
  | 'other version';

/** The mirror that the stand-ins name. No message may show it. */
export const FAKE_MIRROR = 'http://mirror.invalid/debian';

const APT_GET = `#!/bin/sh
echo "apt-get $*" >> "$FAKE/log"
trouble=$(cat "$FAKE/trouble")
fail() { printf '%s\\n' "$@" >&2; exit 100; }
case "$1 $2" in
'update --print-uris')
  [ "$trouble" = 'no mirror' ] && exit 0
  echo "'http://third-party.invalid/tools/dists/stable/main/binary-amd64/Packages.xz' x 0"
  echo "'${FAKE_MIRROR}/dists/bookworm/InRelease' x 0"
  for release in bookworm bookworm-updates; do
    echo "'${FAKE_MIRROR}/dists/$release/main/binary-amd64/Packages.xz' x 0"
  done
  echo "'http://mirror.invalid/debian-security/dists/bookworm-security/main/binary-amd64/Packages.xz' x 0" ;;
'update ')
  cp "$(dirname "$APT_CONFIG")/sources.list" "$FAKE/sources"
  case "$trouble" in
  'network down') fail "E: Failed to fetch ${FAKE_MIRROR}/dists/bullseye/InRelease  Could not connect to mirror.invalid:80 (192.0.2.7). - connect (111: Connection refused)" 'E: Some index files failed to download.' ;;
  'no such release') fail "E: The repository '${FAKE_MIRROR} bullseye Release' does not have a Release file." ;;
  'no key') fail "E: Failed to fetch ${FAKE_MIRROR}/dists/bullseye/InRelease  The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 6ED0E7B82643E131 NO_PUBKEY 78DBA3BC47EF2265" ;;
  esac ;;
'install --simulate')
  [ "$trouble" = 'no such package' ] && fail "E: Unable to locate package $4"
  echo 'Inst perl-base (5.36.0-7 Debian:12/oldstable [amd64])'
  echo 'Inst libc6 (2.36-9 Debian:12/oldstable [amd64]) []'
  echo "Inst $4 (5:6.0.99-1 Debian:12/oldstable [amd64])"
  echo "Conf $4 (5:6.0.99-1 Debian:12/oldstable [amd64])" ;;
download*)
  shift
  touch libc6_2.35-1_amd64.deb # What an earlier attempt may have left.
  if [ "$trouble" = 'download hangs' ]; then echo $$ > "$FAKE/hanging"; exec sleep 10000; fi
  for package; do touch "$(echo "$package" | sed 's/=/_/; s/:/%3a/')_amd64.deb"; done ;;
esac
`;

const DPKG = `#!/bin/sh
echo "dpkg $*" >> "$FAKE/log"
trouble=$(cat "$FAKE/trouble")
[ "$1" = --print-architecture ] && echo amd64 && exit
[ "$trouble" = 'damaged package' ] && echo 'dpkg-deb: error: not a Debian format archive' >&2 && exit 2
lib="$3/usr/lib/x86_64-linux-gnu"
bin="$3/usr/bin"
mkdir -p "$lib" "$bin"
case "$2" in
*libc6_2.36*) cp "$FAKE/loader" "$lib/ld-linux-x86-64.so.2"; echo libc > "$lib/libc.so.6"; echo gcc > "$lib/libgcc_s.so.1" ;;
*redis-server*)
  for program in server cli check-rdb benchmark; do
    [ "$trouble $program" = 'program missing cli' ] && continue
    cp "$FAKE/program" "$bin/redis-$program"
  done
  [ "$trouble" = 'other version' ] && echo 'echo "Redis server v=9.9.9 sha=0"' > "$bin/redis-server" ;;
*) echo "unexpected: $*" >&2; exit 1 ;;
esac
exit 0
`;

/** A dynamic loader that is a script, for programs that are scripts. */
const LOADER = `#!/bin/sh
trouble=$(cat "$FAKE/trouble")
[ "$1" = --list ] && list=yes && shift
[ "$1 $2" = '--inhibit-cache --library-path' ] || exit 9
libraries=$3
shift 3
if [ "$list" ]; then
  case "$trouble" in
  'library missing') echo "$1: error while loading shared libraries: libz.so.1" >&2; exit 127 ;;
  'library of the machine') echo "	libz.so.1 => $FAKE/loader (0x00007f190c46d000)" ;;
  esac
  printf '\\tlinux-vdso.so.1 (0x00007ffd0a5f3000)\\n\\tlibc.so.6 => %s/libc.so.6 (0x00007f190c46d000)\\n' "$libraries"
  exit 0
fi
[ -f "$libraries/libc.so.6" ] || exit 127
exec sh "$@"
`;

const PROGRAM = `[ "$1" = --version ] && echo 'Redis server v=6.0.99 sha=00000000:0 malloc=libc bits=64'\n`;

/** A machine that seems to be Debian, as far as one folder on PATH can make it so. */
export interface FakeDebian {
  readonly provisioning: Provisioning;
  /** What the stand-ins were called for so far. */
  readonly calls: () => Promise<readonly string[]>;
  /** What apt was told to read. */
  readonly sources: () => Promise<string>;
  readonly steps: readonly string[];
  readonly set: (trouble: Trouble) => Promise<void>;
}

/** Made anew in a folder of its own, which goes when the test ends. */
export const fakeDebian = async (t: ExecutionContext, trouble: Trouble): Promise<FakeDebian> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'psyncspec-fake-debian-')));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'bin'));
  const scripts = {
    'bin/apt-get': APT_GET,
    'bin/apt-config': '#!/bin/sh\n',
    'bin/dpkg': DPKG,
    loader: LOADER,
  };
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
  await writeFile(join(folder, 'program'), PROGRAM);
  await writeFile(join(folder, 'keyring'), '');
  await writeFile(join(folder, 'log'), '');
  const set = (next: Trouble) => writeFile(join(folder, 'trouble'), next);
  await set(trouble);
  const steps: string[] = [];
  return {
    provisioning: {
      name: 'redis-6.0',
      entry: { software: 'redis', series: '6.0', suite: 'bullseye', mayBeInstalled: false },
      cacheFolder: join(folder, 'cache'),
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, FAKE: folder },
      keyrings: [join(folder, 'keyring')],
      onProgress: (step) => steps.push(step),
    },
    calls: async () => (await readFile(join(folder, 'log'), 'utf8')).trimEnd().split('\n'),
    sources: () => readFile(join(folder, 'sources'), 'utf8'),
    steps,
    set,
  };
};
