/**
 * The benchmark of hits: `npm run bench -- <part>…`, all parts without a name. What is measured and how:
 * docs/benchmarks/README.md, where the figures go too.
 */
import { PARTS } from './hit/parts.ts';
import { publish } from './hit/publish.ts';
import { openHitWorld } from './hit/world.ts';
import { say } from './progress.ts';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  say(`There is no part ${unknown.join(', ')}. Usage: npm run bench -- [${Object.keys(PARTS).join('] [')}]`);
  process.exitCode = 1;
} else {
  await run(names.length === 0 ? Object.keys(PARTS) : names);
}

async function run(parts: readonly string[]): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const world = stack.adopt(await openHitWorld(), (each) => each.close());
  for (const name of parts) {
    const result = await PARTS[name]?.(world);
    if (result === undefined) continue;
    const files = await publish(name, result.figures, world.isTls, result.plot);
    say(`  written: ${files.join(', ')}`);
  }
}
