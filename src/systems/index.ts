/** Clusters to hold to the properties: our own, real servers, and anybody’s. */
export { NetworkSystem } from './network/network-system.ts';
export { realSource } from './network/real-source.ts';
export { referenceSource } from './network/reference-source.ts';
export type { NetworkServer, ServerSource, StartingServer } from './network/servers.ts';
export { spawnedSource } from './network/spawned-source.ts';
export { SimulatedSystem, type SimulationOptions } from './simulated/system.ts';
export { type StdioOptions, StdioSystem } from './stdio/stdio-system.ts';
