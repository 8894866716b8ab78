// Runs `crew-worker.ts` in a thread while the project runs from its sources: threads do not inherit the TypeScript
// loader of the thread that starts them. The built project has `crew-worker.js` and does not need this file.
import { register } from 'tsx/esm/api';

register();
await import('./crew-worker.ts');
