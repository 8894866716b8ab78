import type { ChartState, ChartTransition, Mark } from './chart.ts';

/** `isSilentTooLong` as one reads it after "if": `silent too long`. */
export const inWords = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/^is /, '');

/** Marks are seen without colour, too. */
const SIGNS = {
  plain: '',
  added: '+ ',
  removed: '− ',
  conforming: '✓ ',
  violated: '✗ ',
  'not-reached': '○ ',
} as const satisfies Record<Mark, string>;

/** What is done on every way into a state: `entry / send snapshot`; empty where nothing is. */
export const entryOf = ({ entry }: ChartState): string =>
  entry.length === 0 ? '' : `entry / ${entry.map(inWords).join(', ')}`;

/** An arrow on one line: `TICK [if silent too long] / hang up, dial`. */
export const labelOf = (transition: ChartTransition): string => {
  const { event, guard, isElse, effects, mark } = transition;
  const words = [
    ...(event === null ? [] : [event]),
    ...(isElse ? ['[else]'] : guard === null ? [] : [`[if ${inWords(guard)}]`]),
    ...(effects.length === 0 ? [] : [`/ ${effects.map(inWords).join(', ')}`]),
  ];
  return SIGNS[mark] + words.join(' ');
};

/** The same with where it leads, for where no arrow says it. */
export const sentenceOf = (transition: ChartTransition): string => {
  const target = transition.to === null ? [] : [`→ ${lastWord(transition.to)}`];
  return [labelOf(transition), ...target].join(' ');
};

/** Breaks a line between words so that no line is longer than `width`, unless one word is. */
export const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
};

/** The name of a state without those around it. */
export const lastWord = (path: string): string => path.split('.').at(-1) ?? path;
