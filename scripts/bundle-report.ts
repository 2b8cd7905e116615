import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { counted } from '../cli/counted.ts';
import { type Bundle, bundleFunctions, ENTRIES, filesLoadedAtImport } from '../infra/bundle.ts';
import { settingsOf } from '../infra/environment-settings.ts';
import { chooseEnvironment } from '../infra/environments.ts';
import { scriptOptions } from './script-options.ts';

// Prints the size of each function's bundle, what a hit loads of it, and which packages that is made of.
// `npm run bundle:report`

/** The packages that make up most of what a hit loads; the rest is summed up. */
const LISTED_PACKAGES = 12;

scriptOptions('bundle:report');
const { defaultCountry } = settingsOf(chooseEnvironment({})).customer;
const outDir = await mkdtemp(path.join(tmpdir(), 'lookaside-bundles-'));
try {
  const bundles = await bundleFunctions({ outDir, defaultCountry });
  for (const entry of ENTRIES) await report(entry, bundles[entry]);
} finally {
  await rm(outDir, { recursive: true });
}

async function report(entry: string, { folder, metafile }: Bundle): Promise<void> {
  const code = Object.keys(metafile.outputs).filter((file) => file.endsWith('.mjs'));
  const atHit = filesLoadedAtImport(metafile);
  console.log(`lookaside-${entry}`);
  for (const [title, files] of [
    ['deployed', code],
    ['loaded by a hit', atHit],
  ] as const) {
    const contents = await Promise.all(files.map((file) => readFile(path.join(folder, path.basename(file)))));
    const bytes = contents.reduce((sum, each) => sum + each.length, 0);
    const gzipped = contents.reduce((sum, each) => sum + gzipSync(each).length, 0);
    console.log(`  ${title}: ${kilobytes(bytes)} in ${counted(files.length, 'file')} (${kilobytes(gzipped)} gzipped)`);
  }
  const packages = bytesByPackage(metafile, atHit);
  for (const [name, bytes] of packages.slice(0, LISTED_PACKAGES)) console.log(`    ${kilobytes(bytes)}  ${name}`);
  const rest = packages.slice(LISTED_PACKAGES).reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(`    ${kilobytes(rest)}  the rest`);
}

function bytesByPackage({ outputs }: Bundle['metafile'], files: readonly string[]): readonly [string, number][] {
  const bytes = new Map<string, number>();
  for (const [source, { bytesInOutput }] of files.flatMap((file) => Object.entries(outputs[file]?.inputs ?? {}))) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? 'Lookaside itself';
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
  }
  return [...bytes].sort(([, a], [, b]) => b - a);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1).padStart(6)} KB`;
}
