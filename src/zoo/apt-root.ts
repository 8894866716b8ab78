import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aptFailure } from './apt-failure.ts';
import { keyringOf, type Source, sourcesFor } from './debian-sources.ts';
import { type Provisioning, runTool, unavailable, workFolder } from './provisioning.ts';
import type { Finished } from './run.ts';

const MINUTES = 60_000;

/** Where packages are downloaded to, within the folder of an `AptRoot`. */
export const DOWNLOADS = 'packages';

/** An apt of our own: it reads and writes nothing of the machine's but how to reach the network. */
export interface AptRoot {
  readonly folder: string;
  readonly sources: readonly Source[];
}

/** @throws ServerUnavailable */
export const makeAptRoot = async (provisioning: Provisioning): Promise<AptRoot> => {
  const folder = join(workFolder(provisioning), 'apt');
  const { suite } = provisioning.entry;
  const sources = await sourcesFor(provisioning, suite);
  const keyring = keyringOf(provisioning);
  if (/["\n]/.test(folder)) {
    throw unavailable(
      provisioning,
      `apt can't work in ${folder}: a quote or a line break in a path is more than its configuration can say`,
      'Name another folder in PSYNCSPEC_CACHE.',
    );
  }
  for (const name of ['state/lists/partial', 'cache/archives/partial', DOWNLOADS]) {
    await mkdir(join(folder, name), { recursive: true });
  }
  const architecture = await nativeArchitecture(provisioning);
  const lines = sources.map(
    ({ site, release }) =>
      `deb [arch=${architecture} signed-by=${keyring}] ${site} ${release} main\n`,
  );
  await writeFile(join(folder, 'sources.list'), lines.join(''), { mode: 0o600 });
  // With nothing installed, whatever a package depends on is part of what it needs.
  await writeFile(join(folder, 'status'), '');
  const network = await networkSettings(provisioning);
  await writeFile(join(folder, 'apt.conf'), configuration(folder, network), { mode: 0o600 });
  return { folder, sources };
};

/** A machine may be able to run programs of other architectures too, which would double the lists. */
const nativeArchitecture = async (provisioning: Provisioning): Promise<string> => {
  const { stdout } = await runTool(provisioning, {
    file: 'dpkg',
    args: ['--print-architecture'],
  });
  return stdout.trim();
};

/** Proxies, certificates and such, as the machine has them; not what else it wants to be downloaded or run. */
const networkSettings = async (provisioning: Provisioning): Promise<string> => {
  const { stdout } = await runTool(provisioning, { file: 'apt-config', args: ['dump'] });
  return stdout
    .split('\n')
    .filter((line) => /^Acquire::[^"]* "[^"]*";$/.test(line))
    .filter((line) => !/^Acquire::(IndexTargets|Languages|Changelogs)\b/.test(line))
    .join('\n');
};

/** Of apt's settings the last one counts. Without the machine's own files none of its hooks runs either. */
const configuration = (folder: string, network: string): string => `
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
${network}
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::Languages "none";
APT::Update::Error-Mode "any";
APT::Sandbox::User "root";
Dir::Etc::Main "/dev/null";
Dir::Etc::Parts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::SourceList "${folder}/sources.list";
Dir::State "${folder}/state";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
`;

/** Runs apt-get on our own root. @throws ServerUnavailable */
export const aptGet = async (
  provisioning: Provisioning,
  root: AptRoot,
  doing: string,
  args: readonly string[],
): Promise<Finished> => {
  const finished = await runTool(provisioning, {
    file: 'apt-get',
    args,
    env: { APT_CONFIG: join(root.folder, 'apt.conf'), DEBIAN_FRONTEND: 'noninteractive' },
    cwd: join(root.folder, DOWNLOADS),
    timeout: 15 * MINUTES,
  });
  if (finished.outcome !== 'success') {
    throw aptFailure(provisioning, doing, finished, root.sources);
  }
  return finished;
};
