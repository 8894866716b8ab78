/** How many single-character changes lead from one text to another. */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[other.length] ?? 0;
};

/** The known word that is most like an unknown one, where any is at all like it. */
export const closest = (word: string, known: readonly string[]): string | undefined => {
  const [best] = known
    .map((each) => [distance(word.toLowerCase(), each.toLowerCase()), each] as const)
    .sort(([one], [other]) => one - other);
  return best !== undefined && best[0] <= Math.max(2, word.length / 3) ? best[1] : undefined;
};
