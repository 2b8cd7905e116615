/**
 * The benchmark of hits: `npm run bench -- <part>…`; without a name it runs all parts that need only npm.
 * docs/benchmarks/README.md says what it measures and how, and has the figures.
 */
import { PARTS, PARTS_BY_NAME_ONLY } from './hit/parts.ts';
import { publish } from './hit/publish.ts';
import { openHitWorld } from './hit/world.ts';
import { say } from './progress.ts';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  say(`There is no part ${unknown.join(', ')}. Usage: npm run bench -- [${Object.keys(PARTS).join('] [')}]`);
  process.exitCode = 1;
} else {
  await run(names.length === 0 ? Object.keys(PARTS).filter((name) => !PARTS_BY_NAME_ONLY.has(name)) : names);
}

async function run(parts: readonly string[]): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const world = stack.adopt(await openHitWorld(), (each) => each.close());
  const usual = world.isTls
    ? 'TLS on loopback'
    : 'plain HTTP on loopback: there is no openssl to make a certificate with';
  for (const name of parts) {
    const result = await PARTS[name]?.(world);
    if (result === undefined) continue;
    const files = await publish(name, result.figures, result.transport ?? usual, result.plot);
    say(`  written: ${files.join(', ')}`);
  }
}
