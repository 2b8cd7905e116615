import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Bundle, bundleModule } from '../../infra/bundle.ts';
import { type ChunkFunction, chunkFunctions } from '../../infra/chunk-functions.ts';
import type { FunctionNames } from '../../infra/eager-functions.ts';
import { toMappedText } from '../../infra/mapped-text.ts';
import { startCold } from './cold.ts';
import { lookupEvent } from './lambda-events.ts';
import type { HitWorld } from './world.ts';

/** V8's coverage of a process, as Node writes it (`NODE_V8_COVERAGE`). */
interface Coverage {
  readonly result: readonly {
    /** The script's address. */
    readonly url: string;
    /** The first range of a function is the whole function. */
    readonly functions: readonly {
      readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
    }[];
  }[];
}

/** The functions that a fresh process calls until it has answered its first hit, in the order of their names. */
export async function calledAtFirstHit(world: HitWorld): Promise<FunctionNames> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-first-hit-'));
  started.defer(() => rm(folder, { recursive: true }));
  // The functions keep their places in a bundle without the plugin that the result is for.
  const bundle = await bundleModule('functions/http/index.ts', path.join(folder, 'bundle'), 'IN');
  const [customer] = await world.fill([0]);
  if (customer === undefined) throw new Error('No customer was filled.');
  const coverageFolder = path.join(folder, 'coverage');
  const event = lookupEvent(customer.mobile, 'gzip');
  const start = await startCold({ bundle, event }, { ...world.environment, NODE_V8_COVERAGE: coverageFolder });
  if (start.status !== 200) throw new Error(`The first hit got ${start.status}.`);
  const bySource = Map.groupBy(await readCalled(bundle, coverageFolder), ({ source }) => source);
  const sources = [...bySource.keys()].sort();
  return Object.fromEntries(sources.map((each) => [each, (bySource.get(each) ?? []).map(({ name }) => name).sort()]));
}

async function readCalled(bundle: Bundle, coverageFolder: string): Promise<readonly ChunkFunction[]> {
  const [file = ''] = await readdir(coverageFolder);
  const { result } = JSON.parse(await readFile(path.join(coverageFolder, file), 'utf8')) as Coverage;
  const chunks = Object.keys(bundle.metafile.outputs).filter((each) => each.endsWith('.mjs'));
  const ofChunks = chunks.map(async (chunk) => {
    const name = path.basename(chunk);
    const script = result.find(({ url }) => path.basename(url) === name);
    if (script === undefined) return [];
    const starts = script.functions.flatMap(({ ranges: [whole] }) => (whole?.count ? [whole.startOffset] : []));
    const text = await readFile(path.join(bundle.folder, name), 'utf8');
    const map = JSON.parse(await readFile(path.join(`${bundle.folder}-maps`, `${name}.map`), 'utf8'));
    const functions = chunkFunctions(toMappedText(text, map.mappings), map, path.posix.dirname(chunk));
    return functions.filter(({ from }) => starts.includes(from));
  });
  return (await Promise.all(ofChunks)).flat();
}
