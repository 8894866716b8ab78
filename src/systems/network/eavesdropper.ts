import type { NodeView, Resync } from '../../../properties/system.ts';
import { CommandReader } from '../../wire/command-reader.ts';
import type { Listener } from './way.ts';

export interface Ends {
  readonly replica: number;
  readonly master: number;
  /** Nodes as they were seen last. */
  readonly view: (node: number) => NodeView;
  readonly answered: (resync: Resync) => void;
}

const LINES_MAX = 4096;

/** Hears what a replica asks for and what it is told, and nothing of what follows. */
export const eavesdropper = ({ replica, master, view, answered }: Ends): Listener => {
  const commands = new CommandReader();
  let asked: Resync['asked'] | null = null;
  let heard = '';
  let isOver = false;
  const hearCommand = (words: readonly string[]) => {
    const [name = '', replid = '', position = '', word = ''] = words;
    if (!/^psync$/i.test(name)) return;
    heard = '';
    asked = { replid, nextByte: Number(position), failover: /^failover$/i.test(word) };
  };
  return {
    fromReplica: (bytes) => {
      if (isOver) return;
      commands.push(bytes);
      for (;;) {
        const read = commands.next();
        if (read === 'incomplete' || 'malformed' in read) return;
        if ('command' in read) hearCommand(read.command);
      }
    },
    fromMaster: (bytes) => {
      if (isOver || asked === null) return;
      heard = (heard + bytes.toString('latin1')).replace(/^\n+/, '').slice(0, LINES_MAX);
      const line = /^([^\r\n]+)\r?\n/.exec(heard)?.[1];
      if (line === undefined) return;
      isOver = true;
      const answer = line.startsWith('+CONTINUE')
        ? 'continued'
        : line.startsWith('+FULLRESYNC')
          ? 'full'
          : 'refused';
      const before = { replica: view(replica), master: view(master) };
      answered({ replica, master, asked, answer, line, before, transfer: UNHEARD });
    },
  };
};

const UNHEARD: Resync['transfer'] = {
  heard: false,
  stream: [],
  newlines: 0,
  intruders: [],
  snapshot: null,
  marked: false,
  streamedBeforeAck: null,
  acknowledgements: [],
  answeredAt: 0,
  snapshotAt: null,
  isOpen: () => false,
  lostInTransaction: () => false,
};
