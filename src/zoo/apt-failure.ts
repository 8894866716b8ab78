import type { Source } from './debian-sources.ts';
import { type Provisioning, unavailable } from './provisioning.ts';
import type { Finished } from './run.ts';
import type { ServerUnavailable } from './unavailable.ts';

interface Explanation {
  readonly pattern: RegExp;
  readonly explain: (
    suite: string,
    found: string,
  ) => { readonly problem: string; readonly remedy: string };
}

/** What apt says in English, most telling first, and what it means to us. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    pattern: /(NO_PUBKEY [0-9A-F]+ ?)+|Missing key [0-9A-F]+|is not signed/,
    explain: (suite, found) => ({
      problem: `apt of this machine can't verify who signed Debian ${suite} (apt: ${found})`,
      remedy:
        'It most likely lacks the key of that release: install a newer package debian-archive-keyring, which has it.',
    }),
  },
  {
    pattern: /does not have a Release file|Release' no longer has|404 +Not Found/,
    explain: (suite) => ({
      problem: `the mirror of this machine has no Debian ${suite}, or not all of it`,
      remedy:
        'Is it a mirror of Debian? A release that has gone to Debian’s archive for good can only be had where a cache still has the server.',
    }),
  },
  {
    pattern: /Unable to locate package \S+|Package \S+ has no installation candidate/,
    explain: (suite, found) => ({
      problem: `Debian ${suite} does not have the package (apt: ${found})`,
      remedy: 'If that release has dropped it, the catalogue of servers needs another entry.',
    }),
  },
  {
    pattern: /No space left on device/,
    explain: () => ({
      problem: 'the disk is full',
      remedy: 'Make room, or name a folder on another disk in PSYNCSPEC_CACHE.',
    }),
  },
];

/** How many lines of apt's own words go into an error. */
const QUOTED_LINES = 6;

/** What an apt that failed means for the user. */
export const aptFailure = (
  provisioning: Provisioning,
  doing: string,
  finished: Finished,
  sources: readonly Source[],
): ServerUnavailable => {
  const { suite } = provisioning.entry;
  const said = withoutAddresses(`${finished.stdout}\n${finished.stderr}`, sources);
  if (finished.outcome === 'timeout') {
    return unavailable(provisioning, `${doing} took too long`, 'Try again: it goes on from there.');
  }
  for (const { pattern, explain } of EXPLANATIONS) {
    const found = pattern.exec(said)?.[0];
    if (found === undefined) continue;
    const { problem, remedy } = explain(suite, found);
    return unavailable(provisioning, problem, remedy);
  }
  const complaints = said.split('\n').filter((line) => /^\s*([EW]:|Err)/.test(line));
  return unavailable(
    provisioning,
    `${doing} failed`,
    `Is the network up? Once it is, "npm run servers ${provisioning.name}" gets it. apt said:\n${complaints.slice(-QUOTED_LINES).join('\n')}`,
  );
};

/** A mirror or proxy may be nobody else's business: a log that is shown around names none. */
export const withoutAddresses = (text: string, sources: readonly Source[]): string => {
  const hosts = sources.flatMap(({ site }) => /\/\/(?:[^/@]*@)?([^/:]+)/.exec(site)?.[1] ?? []);
  const bare = text
    .replaceAll(/\b[a-z][a-z0-9+.-]*:\/\/[^/\s'"]+/gi, '<address>')
    .replaceAll(
      /\b\d{1,3}(\.\d{1,3}){3}\b|\[?[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,7}\]?/gi,
      '<address>',
    );
  return hosts.reduce((rest, host) => rest.replaceAll(host, '<address>'), bare);
};
