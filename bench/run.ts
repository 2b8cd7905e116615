/**
 * The benchmark of hits: `npm run bench -- <part>…`; without a name it runs all parts but those of
 * `PARTS_BY_NAME_ONLY`.
 * docs/benchmarks/README.md says what it measures and how, and has the figures.
 */
import { refuse } from '../scripts/script-options.ts';
import { PARTS, PARTS_BY_NAME_ONLY } from './hit/parts.ts';
import { publish } from './hit/publish.ts';
import { openHitWorld } from './hit/world.ts';
import { say } from './progress.ts';

const USAGE = `Usage: npm run bench -- [${Object.keys(PARTS).join('] [')}]`;

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
if (names.includes('--help') || names.includes('-h')) say(USAGE);
else if (unknown.length > 0) refuse(`There is no part ${unknown.join(', ')}.`, USAGE);
else await run(names.length === 0 ? Object.keys(PARTS).filter((name) => !PARTS_BY_NAME_ONLY.has(name)) : names);

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
