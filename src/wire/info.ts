/** The fields of an INFO reply. A field that stands twice keeps its last value, as clients take it. */
export type InfoFields = ReadonlyMap<string, string>;

/** Reads the text of INFO: `field:value` lines; comments, blank lines and anything else are passed over. */
export function parseInfo(text: string): InfoFields {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

/** One `slaveN` line of INFO, as its master sees the replica. */
export interface InfoReplica {
  readonly ip: string;
  readonly port: number;
  readonly state: string;
  readonly offset: number;
}

/** The `slaveN` lines in their order. */
export const replicasOf = (fields: InfoFields): readonly InfoReplica[] =>
  [...fields]
    .filter(([name]) => /^slave\d+$/.test(name))
    .map(([, value]) => new Map(value.split(',').map((part) => splitAt(part, '='))))
    .map((parts) => ({
      ip: parts.get('ip') ?? '',
      port: Number(parts.get('port')),
      state: parts.get('state') ?? '',
      offset: Number(parts.get('offset')),
    }));

const splitAt = (text: string, mark: string): [string, string] => {
  const index = text.indexOf(mark);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
};
