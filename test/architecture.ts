/** A folder, and what its files may import: other layers by path, packages by name or prefix. */
export interface Layer {
  readonly path: string;
  readonly holds: string;
  readonly mayImport: readonly string[];
  readonly mayImportTypesOf?: readonly string[];
  readonly packages: readonly string[];
}

const MODELS = ['models/vocabulary', 'models/rules', 'models/machines', 'models'];
const PROPERTIES = ['properties/oracle', 'properties'];

/** Who may import whom. The picture in docs/architecture.md is generated from this table. */
export const LAYERS: readonly Layer[] = [
  {
    path: 'models/vocabulary',
    holds: 'the field’s terms as values and types',
    mayImport: [],
    packages: [],
  },
  {
    path: 'models/rules',
    holds:
      'the rule registry, and each rule as a pure function that returns a verdict with a reason',
    mayImport: ['models/vocabulary'],
    packages: [],
  },
  {
    path: 'models/machines',
    holds:
      'the XState machines: guards and effects are names bound to one-line calls into the rules',
    mayImport: ['models/vocabulary', 'models/rules'],
    packages: ['xstate'],
  },
  {
    path: 'models',
    holds: 'the entry point of the models',
    mayImport: MODELS,
    packages: [],
  },
  {
    path: 'properties/oracle',
    holds: 'dumb, independent restatements of the purpose of the rules',
    mayImport: [],
    mayImportTypesOf: MODELS,
    packages: [],
  },
  {
    path: 'properties',
    holds: 'sentences that must hold, arbitraries, the operation alphabet, mutants',
    mayImport: [...MODELS, 'properties/oracle'],
    packages: ['fast-check'],
  },
  {
    path: 'src/replication',
    holds: 'the reference implementation: backlog, node, no I/O',
    mayImport: MODELS,
    packages: ['xstate'],
  },
  {
    path: 'src/wire',
    holds: 'RESP, the PSYNC grammar, snapshot framing, RDB',
    mayImport: ['models/vocabulary'],
    packages: [],
  },
  {
    path: 'src/server',
    holds: 'the reference server on TCP',
    mayImport: [...MODELS, 'src/replication', 'src/wire'],
    packages: ['node:'],
  },
  {
    path: 'src/conformance',
    holds: 'observe a live target, predict with the rules, compare',
    mayImport: [...MODELS, ...PROPERTIES, 'src/wire'],
    packages: ['node:', 'zod', 'fast-xml-builder', 'xstate', '@xstate/test'],
  },
  {
    path: 'src/explore',
    holds: 'exhaustive bounded exploration of declared models',
    mayImport: [...MODELS, ...PROPERTIES],
    packages: ['node:', 'xstate', 'zod'],
  },
  {
    path: 'src/vectors',
    holds: 'language-neutral test vectors: questions, and how the rules answer them',
    mayImport: [...MODELS, ...PROPERTIES, 'src/wire'],
    packages: ['node:', 'zod', 'xstate'],
  },
  {
    path: 'src/zoo',
    holds: 'real servers from Debian’s packages: fetch, start, stop',
    mayImport: ['src/wire'],
    packages: ['node:'],
  },
  {
    path: 'src/systems',
    holds:
      'clusters that the properties are held against: simulated, on TCP, real servers, or anything behind an adapter',
    mayImport: [...MODELS, ...PROPERTIES, 'src/replication', 'src/wire', 'src/server', 'src/zoo'],
    packages: ['node:', 'zod'],
  },
  {
    path: 'src/diagram',
    holds: 'machines as charts: what differs between dialects, what was covered, printers',
    mayImport: [...MODELS, ...PROPERTIES, 'src/wire'],
    packages: ['xstate', 'zod', '@viz-js/viz'],
  },
  {
    path: 'src/cli',
    holds: 'parse, call, print, exit code: the only place that touches process',
    mayImport: [
      ...MODELS,
      ...PROPERTIES,
      'src/replication',
      'src/wire',
      'src/server',
      'src/conformance',
      'src/explore',
      'src/diagram',
      'src/vectors',
      'src/zoo',
      'src/systems',
    ],
    packages: ['node:', 'commander', 'picocolors', 'cli-progress', 'zod'],
  },
  {
    path: 'src',
    holds: 'the entry point of the library',
    mayImport: [...MODELS, ...PROPERTIES, 'src/conformance', 'src/server'],
    packages: [],
  },
];
