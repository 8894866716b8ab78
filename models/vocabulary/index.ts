/**
 * The field's own terms as values and types. Everything else imports this folder; it imports nothing.
 */
export * from './data.ts';
export * from './replication.ts';
export * from './resp.ts';
