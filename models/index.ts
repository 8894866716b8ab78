export * from './machines/replica-session.ts';
export * from './rules/registry.ts';
export * from './rules/rule.ts';
export * from './rules/ruleset.ts';
export * from './vocabulary/index.ts';
