import { randomFrom } from '../../../cli/forecast/random.ts';
import { simulatedAudits } from './simulated-audits.ts';

// The log that docs/cli.md shows: `npx node test/cli/drift/sample.ts > .cache/audits.json`. The customer's points change every two hours on average.

const AUDITS = 20_000;
const OLDEST_SECONDS = 1800;
const SEED = 1;

const random = randomFrom(SEED);
// The ages of real hits: many young ones, and fewer old ones.
const ages = Array.from({ length: AUDITS }, () => 1 + (OLDEST_SECONDS - 1) * random() ** 2);
process.stdout.write(await simulatedAudits({ changesPerSecond: 1 / 7200, ages, seed: SEED }));
