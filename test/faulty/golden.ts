import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fileOf = (folder: string, name: string): string =>
  fileURLToPath(new URL(`./${folder}/${name}.txt`, import.meta.url));

/**
 * What differs from run to run: IDs, keys, offsets, ports and times. IDs keep their identity, by order of appearance. Of
 * what was sent, and of the offset in +FULLRESYNC, every digit goes: a slow run meets a PING of the target's in the stream.
 */
export const normalised = (text: string): string => {
  const ids = new Map<string, string>();
  return text
    .replace(/psyncspec:[0-9a-f]{8}:[0-9a-f]{8}/g, '<key>')
    .replace(/\b[0-9a-fA-F]{39,41}\b/g, (id) => {
      const known = ids.get(id) ?? `<id ${ids.size + 1}>`;
      ids.set(id, known);
      return known;
    })
    .replace(/^ +.* went by waiting for the target’s own clocks: .*\n/gm, '')
    .replace(/^ +sent .*/gm, (line) => line.replace(/(?<!<id \d*)\d+/g, '#'))
    .replace(/(\+FULLRESYNC <id \d+> )\d+/g, '$1#')
    .replace(/\d+(\.\d+)? m?s\b/g, '<time>')
    .replace(/\d{2,}/g, '#');
};

/** The golden text, or null where there is none yet. With REWRITE=1 it is written anew: commit only what you understand. */
export const golden = (folder: string, name: string, text: string): string | null => {
  const file = fileOf(folder, name);
  if (process.env.REWRITE === '1') writeFileSync(file, text);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};
