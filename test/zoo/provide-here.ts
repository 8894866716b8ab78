import { provideAs } from '../../src/zoo/provide.ts';
import type { Provisioning } from '../../src/zoo/provisioning.ts';

// The test that runs this script wrote the argument.
const provisioning = JSON.parse(process.argv[2] ?? '') as Omit<Provisioning, 'onProgress'>;
const server = await provideAs({ ...provisioning, onProgress: () => undefined });
console.log(JSON.stringify(server));
