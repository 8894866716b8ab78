import { posix } from 'node:path';
import { anchorsOf, linksOf } from './markdown.ts';

/** Pages by their path from the root of the repository. */
export type Pages = ReadonlyMap<string, string>;

const isElsewhere = (to: string): boolean => /^[a-z]+:/.test(to);

/** Every link of these pages that leads to no file, or to no place on its page. `exists` asks for any file. */
export const brokenLinks = (pages: Pages, exists: (path: string) => boolean): string[] =>
  [...pages].flatMap(([path, text]) =>
    linksOf(text)
      .filter(({ to }) => !isElsewhere(to))
      .flatMap(({ to, line }) => {
        const [file = '', anchor] = to.split('#');
        const target = file === '' ? path : posix.join(posix.dirname(path), file);
        if (!exists(target)) return [`${path}:${line}: ${to}: there is no ${target}`];
        const page = pages.get(target);
        return anchor === undefined || page === undefined || anchorsOf(page).has(anchor)
          ? []
          : [`${path}:${line}: ${to}: no such place in ${target}`];
      }),
  );
