/** Test vectors for implementations in any language. */
export { type Coverage, coverage } from './coverage.ts';
export { FAMILIES } from './families/index.ts';
export { filesOf, MANIFEST, type VectorFile } from './files.ts';
export { type Generated, generate, type Kill } from './generate.ts';
export { type LintResult, lint } from './lint.ts';
export { jsonSchema } from './schema.ts';
export { FLAGS, type Vector } from './vector.ts';
