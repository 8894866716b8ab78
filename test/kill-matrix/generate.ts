import { campaign } from '../../properties/campaign.ts';
import { ALL_MUTANTS, type Mutant, rulesWith } from '../../properties/mutants/index.ts';
import { writeToken } from '../../properties/notation.ts';
import { RUN_PROPERTIES } from '../../properties/suite/index.ts';
import { SimulatedSystem } from '../../src/systems/simulated/system.ts';
import { writeKillMatrix } from './page.ts';
import { type Kill, readKills, writeKills } from './record.ts';
import { UNSEEN } from './unseen.ts';

/** Runs for each mutant at most; most need ten. */
const RUNS = Number(process.env.RUNS ?? 400);
const SEED = Number(process.env.SEED ?? 1);
const SECONDS = Number(process.env.SECONDS ?? Number.POSITIVE_INFINITY);

/** Properties that find the same mutant are looked for in so many runs after the first found it. */
const MORE_RUNS = 12;

const kill = async (mutant: Mutant): Promise<Kill | null> => {
  const dialect = mutant.dialect === undefined ? {} : { dialect: mutant.dialect };
  let foundAt: number | null = null;
  const { found } = await campaign({
    system: new SimulatedSystem({ rules: rulesWith(mutant), ...dialect }),
    properties: RUN_PROPERTIES,
    seed: SEED,
    runs: RUNS,
    shrinkTries: 120,
    isOver: ({ runs, failures }) => {
      if (failures > 0) foundAt ??= runs;
      return foundAt !== null && runs >= foundAt + MORE_RUNS;
    },
  });
  const [shortest] = found.toSorted(
    (one, other) => one.smallest.operations.length - other.smallest.operations.length,
  );
  if (shortest === undefined) return null;
  return {
    mutant: mutant.name,
    property: shortest.property.id,
    alsoBy: found.map(({ property }) => property.id).filter((id) => id !== shortest.property.id),
    token: writeToken(shortest.smallest),
    operations: shortest.smallest.operations.length,
    why: shortest.why,
  };
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
