/**
 * Records the functions that a start and its first hit call: `npm run bench:first-hit`. The bundles have V8 compile these
 * functions at once (`infra/eager-functions.ts`).
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { scriptOptions } from '../scripts/script-options.ts';
import { calledAtFirstHit } from './hit/called-at-first-hit.ts';
import { openHitWorld } from './hit/world.ts';
import { say } from './progress.ts';

scriptOptions('bench:first-hit');

const FILE = 'infra/first-hit-functions.json';

await using stack = new AsyncDisposableStack();
const world = stack.adopt(await openHitWorld(), (each) => each.close());
const called = await calledAtFirstHit(world);
// One line for each source: a change of the code then changes few lines.
const lines = Object.entries(called).map(([source, names]) => `  ${JSON.stringify(source)}: ${JSON.stringify(names)}`);
await writeFile(path.resolve(import.meta.dirname, '..', FILE), `{\n${lines.join(',\n')}\n}\n`);
say(`${FILE}: ${Object.values(called).flat().length} functions of ${Object.keys(called).length} files.`);
