import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import ts from 'typescript';
import { LAYERS, type Layer } from './architecture.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const sourceFiles = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** What a file imports: files by their path from the root, packages by their name. */
const importsOf = (file: string): Import[] => {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(ROOT, file), 'utf8'),
    ts.ScriptTarget.Latest,
  );
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (!statement.moduleSpecifier || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const specifier = statement.moduleSpecifier.text;
    const to = specifier.startsWith('.')
      ? relative(ROOT, join(ROOT, dirname(file), specifier))
      : specifier;
    const typeOnly = ts.isImportDeclaration(statement)
      ? (statement.importClause?.phaseModifier ?? 0) === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly;
    return [{ from: file, to, typeOnly }];
  });
};

const layerOf = (path: string): Layer | undefined =>
  [...LAYERS]
    .sort((one, other) => other.path.length - one.path.length)
    .find((layer) => path === layer.path || path.startsWith(`${layer.path}/`));

const isAllowed = (layer: Layer, { to, typeOnly }: Import): boolean => {
  const target = layerOf(to);
  if (target === undefined)
    return layer.packages.some((name) => to === name || to.startsWith(name));
  return (
    target === layer ||
    layer.mayImport.includes(target.path) ||
    (typeOnly && (layer.mayImportTypesOf ?? []).includes(target.path))
  );
};

const files = ['models', 'properties', 'src'].flatMap(sourceFiles);

test('every source file belongs to a layer', (t) => {
  t.true(files.length > 0);
  t.deepEqual(
    files.filter((file) => layerOf(file) === undefined),
    [],
  );
});

test('imports go only where the layers allow', (t) => {
  const offences = files.flatMap((file) => {
    const layer = layerOf(file);
    if (layer === undefined) return [];
    return importsOf(file).filter((imported) => !isAllowed(layer, imported));
  });
  t.deepEqual(
    offences.map(({ from, to }) => `${from} imports ${to}`),
    [],
  );
});

test('the check finds a forbidden import', (t) => {
  const conformance = LAYERS.find((layer) => layer.path === 'src/conformance');
  t.truthy(conformance);
  if (conformance === undefined) return;
  const file = 'src/conformance/check.ts';
  t.false(isAllowed(conformance, { from: file, to: 'src/replication/node.ts', typeOnly: false }));
  t.false(isAllowed(conformance, { from: file, to: 'src/replication/node.ts', typeOnly: true }));
  t.true(isAllowed(conformance, { from: file, to: 'src/wire/resp.ts', typeOnly: false }));
});

test('no file is named for what it is not', (t) => {
  const vague = /\/(utils?|helpers?|common|types|manager|misc)\.ts$/;
  t.deepEqual(
    files.filter((file) => vague.test(file)),
    [],
  );
});

test('charts hold names: no after, no invoke, no inline guard or action', (t) => {
  const machines = files.filter((file) => file.startsWith('models/machines/'));
  t.true(machines.length > 0);
  for (const file of machines) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    t.notRegex(text, /^\s*(after|invoke)\s*:/m, file);
    t.notRegex(text, /guard:\s*\(/, file);
    t.notRegex(text, /actions:\s*(\[\s*)?(\(|assign\()/, file);
  }
});

test('only the command line touches process', (t) => {
  const offenders = files.filter(
    (file) =>
      !file.startsWith('src/cli/') &&
      /(^|[^.\w-])process\.(?!nextTick)\w/m.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  t.deepEqual(offenders, []);
});
