/** Where nodes are reached in a simulated network: one port after another on one host. */
export const HOST = '127.0.0.1';
export const PORT = 7000;
