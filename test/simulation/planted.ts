import { availableParallelism } from 'node:os';
import { say, showProgress } from '../../bench/progress.ts';
import { counted } from '../../cli/counted.ts';
import { refuse, scriptOptions, usageOf } from '../../scripts/script-options.ts';
import { PLANTS } from './plants/plants.ts';
import { searchInWorker } from './search-in-worker.ts';

/** Plants each bug into the code under test, and searches until the checker catches it. */
const OPTIONS = {
  histories: { type: 'string', default: '50000' },
  /** The first seed. */
  from: { type: 'string', default: '1' },
  /** Only the bugs with names that contain this. */
  bug: { type: 'string', default: '' },
} as const;
const USAGE = usageOf('test:planted', OPTIONS);
const values = scriptOptions('test:planted', OPTIONS, USAGE);
const histories = Number(values.histories);
const from = Number(values.from);
const plants = PLANTS.filter(({ bug }) => bug.includes(values.bug));
for (const name of ['histories', 'from'] as const) {
  if (!/^\d{1,15}$/.test(values[name])) refuse(`--${name} is "${values[name]}"; allowed is a whole number.`, USAGE);
}
if (plants.length === 0) refuse(`No planted bug has "${values.bug}" in its name.`, USAGE);
const startedAt = performance.now();
say(`Planted bugs: ${plants.length}, each to be caught within ${counted(histories, 'history', 'histories')}.`);

const next = plants.values();
let missed = 0;
let tried = 0;
const show = showProgress('Bugs', plants.length);
await Promise.all(Array.from({ length: availableParallelism() }, tryPlants));
say(`${plants.length - missed} of ${plants.length} caught, ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
process.exitCode = missed === 0 ? 0 : 1;

async function tryPlants(): Promise<void> {
  for (const plant of next) {
    const {
      bug,
      breaks,
      plantings,
      theme,
      isEventuallyConsistent = false,
      isAudited = false,
      hasWishes = false,
    } = plant;
    const seeds = { from, to: from + histories - 1, step: 1 };
    const { broken } = await searchInWorker({
      ...seeds,
      plantings,
      theme,
      isEventuallyConsistent,
      isAudited,
      hasWishes,
    });
    if (broken !== undefined && breaks.includes(broken.violation.promise)) {
      const { seed, violation } = broken;
      say(`caught  ${bug}: seed ${seed}, promise ${violation.promise}: ${violation.what}`);
    } else {
      missed += 1;
      const instead = broken === undefined ? '' : `, but seed ${broken.seed}: ${JSON.stringify(broken.violation)}`;
      say(`MISSED  ${bug}: promise ${breaks.join(' or ')} holds${instead}`);
    }
    tried += 1;
    show(tried);
  }
}
