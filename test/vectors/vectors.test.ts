import test from 'ava';
import { DIALECTS } from '../../models/vocabulary/index.ts';
import { FAMILIES, filesOf, generate, lint, MANIFEST } from '../../src/vectors/index.ts';

/** The walks through the machines have a test of their own: finding them takes as long as all else. */
const families = FAMILIES.filter(({ name }) => name !== 'machines');
const generated = generate(families);
const vectors = generated.families.flatMap((each) => each.vectors);
const files = filesOf(generated.families);

test('there are at least 5,000 vectors, and some of every family in every dialect it knows', (t) => {
  t.true(vectors.length >= 5000, String(vectors.length));
  for (const { family, vectors } of generated.families) {
    t.true(vectors.length >= 50, `${family.name}: ${vectors.length}`);
  }
  const dialects = new Set(vectors.flatMap((vector) => vector.dialects));
  t.deepEqual([...dialects].sort(), [...DIALECTS].sort());
});

/** The rules that these families ask; the others are left to the walks and to live checks. */
const ASKED = /^(PSYNC|CONT|READY|REPLCONF|REPLID|PROMO|ADOPT|STATS|BACKLOG)-/;

/** Faults that no question comes near; each with what it would take. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {
  'stats-counts-refusals': 'counters after a refusal',
};

test('a vector shows every fault of the rules that these families ask', (t) => {
  const missed = generated.kills.filter(({ by }) => by === null).map(({ mutant }) => mutant);
  t.log(`${generated.kills.length - missed.length} of ${generated.kills.length} faults are shown`);
  t.log(`not shown: ${missed.map(({ name }) => name).join(', ')}`);
  t.deepEqual(
    missed
      .filter(({ rule, name }) => ASKED.test(rule) && OUT_OF_REACH[name] === undefined)
      .map(({ name }) => name),
    [],
  );
});

/** Small ones: to decide all anew takes as long as to make them, and `vectors --lint` does. */
const LINTED = ['replies.json', 'handshake-master.json', 'snapshots.json', 'promotion.json'];

test('the linter finds nothing wrong, and every ID is one vector’s', (t) => {
  const manifest = filesOf(
    generated.families.filter(({ family }) => LINTED.includes(`${family.name}.json`)),
  );
  t.deepEqual(lint(manifest).problems, []);
  t.is(new Set(vectors.map(({ id }) => id)).size, vectors.length);
});

test('another run of a family makes the same bytes', (t) => {
  const again = filesOf(generate(families.slice(0, 2)).families);
  t.is(again[0]?.text, files[0]?.text);
  t.is(again[1]?.text, files[1]?.text);
});

const changed = (name: string, change: (text: string) => string) =>
  lint(
    files
      .filter((file) => file.name === name || file.name === MANIFEST)
      .map((file) => (file.name === name ? { ...file, text: change(file.text) } : file)),
  ).problems.join('\n');

test('the linter finds a wrong answer, a second ID, a stray field, and what is no JSON', (t) => {
  const name = 'snapshots.json';
  t.regex(
    changed(name, (text) => text.replace('"joinerIsTold":163', '"joinerIsTold":200')),
    /snapshots-[0-9a-f]{12}: in \S+ the rules say/,
  );
  t.regex(
    changed(name, (text) => text.replace('"length":175', '"length":176')),
    /its question makes it snapshots-/,
  );
  t.regex(
    changed(name, (text) => text.replace(/"vectors":\[\n(.*\n)/, '"vectors":[\n$1$1')),
    /two vectors have this ID/,
  );
  t.regex(
    changed(name, (text) => text.replace('"title":', '"titel":')),
    /titel/,
  );
  t.regex(
    changed(name, (text) => text.slice(1)),
    /no JSON/,
  );
  t.regex(
    changed(name, (text) => `${text} `),
    /has another digest/,
  );
});

test('a note names a bug whose fault changes the answer', (t) => {
  const bugs = new Set(vectors.flatMap(({ notes }) => notes.map(({ bug }) => bug)));
  t.log(`bugs that vectors find: ${[...bugs].sort().join(', ')}`);
  for (const bug of ['A01', 'A06', 'A08', 'A18', 'A25', 'B02']) t.true(bugs.has(bug), bug);
});

test('files hold printable ASCII alone, and no number beyond 2^53 - 1', (t) => {
  for (const { text } of files) t.regex(text, /^[\n -~]*$/);
  const visit = (value: unknown): void => {
    if (typeof value === 'number') t.true(Number.isSafeInteger(value), String(value));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  for (const { question, expected } of generated.families.flatMap((each) =>
    each.vectors.slice(0, 300),
  )) {
    visit([question, expected]);
  }
});
