import { parentPort, workerData } from 'node:worker_threads';
import { type CrewOrders, CrewWork } from './crew-work.ts';

// The thread that starts this file hands it `CrewOrders`, and nobody else starts it.
const orders = workerData as CrewOrders;

new CrewWork(orders).run((report) => parentPort?.postMessage(report));
