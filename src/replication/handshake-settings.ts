import type { HandshakeSettings } from '../../models/rules/handshake.ts';
import type { SettingName, Settings } from './settings.ts';

/** What a Valkey says of itself to its master, where the dialect has it say anything. */
const VERSION = '9.0.0';

/** What a node tells its master of itself; `port` is the one that it listens at. */
export const handshakeSettings = (settings: Settings, port: number): HandshakeSettings => {
  const text = (name: SettingName) => settings.text(name) || null;
  return {
    user: text('masteruser'),
    password: text('masterauth'),
    listeningPort: settings.number('replica-announce-port') || port,
    address: text('replica-announce-ip'),
    version: VERSION,
  };
};
