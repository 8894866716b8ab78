export { cacheFolder, type Environment } from './cache-folder.ts';
export {
  CATALOGUE,
  type CatalogueEntry,
  SERVER_NAMES,
  type ServerName,
  type Software,
  serverNamed,
  UnknownServer,
} from './catalogue.ts';
export type { Configuration, Directive } from './configuration.ts';
export { type ProvideOptions, provide } from './provide.ts';
export { type Command, PROGRAMS, type Program, type RealServer } from './real-server.ts';
export type { Running, StartOptions } from './running.ts';
export { ServerDidNotStart, start } from './start.ts';
export type { Exit } from './tied-child.ts';
export { ServerUnavailable } from './unavailable.ts';
