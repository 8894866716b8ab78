import type { GeneratedFamily } from './generate.ts';
import { canonical, digestOf, FLAGS, FORMAT } from './vector.ts';

/** A file to be written, by its name in the folder of vectors. */
export interface VectorFile {
  readonly name: string;
  readonly text: string;
}

export const MANIFEST = 'manifest.json';

export const fileNameOf = (family: string): string => `${family}.json`;

/** One vector a line, so that a difference between two versions can be read. */
const fileOf = ({ family, vectors }: GeneratedFamily): VectorFile => {
  const { name, title, about } = family;
  const head = canonical({ format: FORMAT, family: name, title, about }).slice(0, -1);
  const lines = vectors.map(canonical).join(',\n');
  return { name: fileNameOf(name), text: `${head},"vectors":[\n${lines}\n]}\n` };
};

/** The files of all families, and the manifest last. The same vectors make the same bytes. */
export const filesOf = (families: readonly GeneratedFamily[]): readonly VectorFile[] => {
  const files = families.map(fileOf);
  const manifest = {
    format: FORMAT,
    flags: FLAGS,
    families: families.map(({ family, vectors }, index) => ({
      family: family.name,
      file: fileNameOf(family.name),
      vectors: vectors.length,
      sha256: digestOf(files[index]?.text ?? ''),
    })),
  };
  return [...files, { name: MANIFEST, text: `${JSON.stringify(manifest, null, 2)}\n` }];
};
