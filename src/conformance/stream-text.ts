import type { StreamedWords } from './target/replica.ts';

/** Whether a command of the stream is one that the master adds of its own accord, at any time. */
export const isHousekeeping = ({ words }: StreamedWords): boolean => {
  const [name = '', option = ''] = words.map((word) => word.toUpperCase());
  return name === 'PING' || (name === 'REPLCONF' && option === 'GETACK');
};

export const isCommand = (command: StreamedWords | undefined, name: string): boolean =>
  command?.words[0]?.toUpperCase() === name;

/** Whether a command of the stream sets one of our keys. */
export const setsKey = (command: StreamedWords | undefined, key: string): boolean =>
  isCommand(command, 'SET') && command?.words[1] === key;

/** Commands of the stream as a person reads them. */
export const showCommands = (commands: readonly StreamedWords[]): string =>
  commands.map(({ words }) => words.join(' ').slice(0, 80)).join(' | ') || 'nothing';
