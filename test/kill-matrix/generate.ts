import { campaign } from '../../properties/campaign.ts';
import { ALL_MUTANTS, type Mutant, rulesWith } from '../../properties/mutants/index.ts';
import { readToken, writeToken } from '../../properties/notation.ts';
import type { Case } from '../../properties/operations.ts';
import { runCase } from '../../properties/run.ts';
import { RUN_PROPERTIES } from '../../properties/suite/index.ts';
import { SimulatedSystem } from '../../src/systems/simulated/system.ts';
import { writeKillMatrix } from './page.ts';
import { POOL } from './pool.ts';
import { type Kill, readKills, writeKills } from './record.ts';
import { UNSEEN } from './unseen.ts';

/** Runs for each mutant at most; most need ten. */
const RUNS = Number(process.env.RUNS ?? 400);
const SEED = Number(process.env.SEED ?? 1);
const SECONDS = Number(process.env.SECONDS ?? Number.POSITIVE_INFINITY);

/** The pool is sorted by length, so that what shows first is short; so many more findings are gathered. */
const ENOUGH = 2;

const systemWith = (mutant: Mutant): SimulatedSystem => {
  const dialect = mutant.dialect === undefined ? {} : { dialect: mutant.dialect };
  return new SimulatedSystem({ rules: rulesWith(mutant), ...dialect });
};

interface Shown {
  readonly property: string;
  readonly run: Case;
  readonly why: string;
}

const kill = async (mutant: Mutant): Promise<Kill | null> => {
  const known = await inPool(mutant);
  const shown = known.length > 0 ? known : await searched(mutant);
  const [shortest] = shown.toSorted(
    (one, other) => one.run.operations.length - other.run.operations.length,
  );
  if (shortest === undefined) return null;
  const ids = new Set(shown.map(({ property }) => property));
  ids.delete(shortest.property);
  return {
    mutant: mutant.name,
    property: shortest.property,
    alsoBy: [...ids],
    token: writeToken(shortest.run),
    operations: shortest.run.operations.length,
    why: shortest.why,
  };
};

const inPool = async (mutant: Mutant): Promise<Shown[]> => {
  const system = systemWith(mutant);
  const shown: Shown[] = [];
  for (const token of POOL) {
    const run = readToken(token);
    const { findings } = await runCase(system, run, RUN_PROPERTIES);
    shown.push(...findings.map(({ property, why }) => ({ property: property.id, run, why })));
    if (shown.length >= ENOUGH) return shown;
  }
  return shown;
};

const searched = async (mutant: Mutant): Promise<Shown[]> => {
  const { found } = await campaign({
    system: systemWith(mutant),
    properties: RUN_PROPERTIES,
    seed: SEED,
    runs: RUNS,
    shrinkTries: 120,
    isOver: ({ failures }) => failures > 0,
  });
  return found.map(({ property, smallest, why }) => ({
    property: property.id,
    run: smallest,
    why,
  }));
};

const begun = performance.now();
const known = new Map(readKills().map((each) => [each.mutant, each]));
const kills: Kill[] = [];
for (const mutant of ALL_MUTANTS) {
  if (mutant.name in UNSEEN) continue;
  const late = (performance.now() - begun) / 1000 > SECONDS;
  // What is known already is kept unless everything is to be found again.
  const before = known.get(mutant.name);
  const found =
    before !== undefined && !process.env.AGAIN ? before : late ? null : await kill(mutant);
  process.stderr.write(
    `${found === null ? (late ? 'later' : 'ALIVE') : `${found.operations} operations`}  ${mutant.name}\n`,
  );
  if (found !== null) kills.push(found);
  writeKills(kills);
}
writeKillMatrix();
process.stderr.write(
  `${kills.length} of ${ALL_MUTANTS.length - Object.keys(UNSEEN).length} mutants killed in ${((performance.now() - begun) / 1000).toFixed(0)} s\n`,
);
