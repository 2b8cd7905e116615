import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { builtinsWithoutImport } from './builtin-modules.ts';
import { isEntry } from './bundle-entry.ts';
import { eagerFunctions } from './eager-functions.ts';
import firstHitFunctions from './first-hit-functions.json' with { type: 'json' };
import { gatherLater } from './gathered-later.ts';
import { gatherStart, lazySources } from './gathered-start.ts';
import { withoutNeedlessImports } from './needless-imports.ts';
import { leanPhoneLibrary } from './phone-library.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const BUILD_DIR = 'bundle';

/** The export of a bundle that Lambda calls, as Lambda names it: the file and the export. */
export const HANDLER = 'index.handler';

/** The deployed functions, by the folders of their entries. */
export const ENTRIES = ['http', 'invoke', 'revalidate', 'invalidate'] as const;
/** The name of an entry: of its folder and its bundle. */
export type Entry = (typeof ENTRIES)[number];

/** All bundles: the functions, and the canary of the environments that have one. */
const BUNDLED = [...ENTRIES, 'canary'] as const;
/** The name of a bundle. */
export type Bundled = (typeof BUNDLED)[number];

/** Which bundles to make, for which country, and where. */
export interface BundleOptions<Name extends Bundled = Bundled> {
  /**
   * The folder to write to. It is emptied first. `<entry>/` in it is deployed, and `<entry>-maps/` holds the source
   * maps.
   */
  readonly outDir: string;
  /** DEFAULT_COUNTRY (ISO 3166-1 alpha-2). A hit loads the phone metadata of this country. */
  readonly defaultCountry: string;
  /** The bundles to make. The choice does not change a bundle. Default: all. */
  readonly only?: readonly Name[];
}

/** A bundle on disk. */
export interface Bundle {
  /** The folder to deploy: `index.mjs`, which exports `handler`, and the chunks that it imports. */
  readonly folder: string;
  /** The inputs and imports of each file, as esbuild describes them. */
  readonly metafile: Metafile;
}

/**
 * Bundles the functions in the form that loads fastest on a hit. It is minified ESM, from the packages' ESM builds.
 * Code splitting keeps the code of a miss in chunks that a hit never parses. All code of a start is in one chunk.
 * Source maps are outside the deployed folder, because a larger asset makes a cold start slower.
 */
export async function bundleFunctions<Name extends Bundled = Bundled>(
  options: BundleOptions<Name>,
): Promise<Readonly<Record<Name, Bundle>>> {
  const names: readonly Bundled[] = options.only ?? BUNDLED;
  const [{ inputs }] = await Promise.all([
    readSources(names, options.defaultCountry),
    rm(options.outDir, { recursive: true, force: true }),
  ]);
  const bundles = await Promise.all(names.map(async (entry) => [entry, await bundle(entry, inputs, options)] as const));
  return Object.fromEntries(bundles) as Record<Name, Bundle>;
}

/** The files that importing a bundle loads: all code of a hit, and no code that only a miss needs. */
export function filesLoadedAtImport({ outputs }: Metafile): readonly string[] {
  const entry = Object.keys(outputs).filter(isEntry);
  const loaded = new Set(entry);
  // A loop over a set also visits elements that are added during the loop.
  for (const file of loaded) {
    for (const { kind, path: imported } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement') loaded.add(imported);
    }
  }
  return [...loaded];
}

/**
 * The files with code in any bundle, as paths from the project's root. It makes no bundle, and so takes less time.
 *
 * @param defaultCountry DEFAULT_COUNTRY (ISO 3166-1 alpha-2)
 */
export async function bundledSources(defaultCountry: string): Promise<readonly string[]> {
  const { outputs } = await readSources(BUNDLED, defaultCountry);
  return [...new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)))];
}

/** All sources of these bundles. Their imports show which code a start loads. */
async function readSources(names: readonly Bundled[], defaultCountry: string): Promise<Metafile> {
  const entryPoints = names.map((entry) => ({ in: sourceOf(entry), out: entry }));
  const options = { ...buildOptions(entryPoints, defaultCountry), minify: false, sourcemap: false };
  return (await build(options)).metafile;
}

/** Bundles a function, with all the code of its start in one chunk, and that of a miss in few. */
function bundle(
  entry: Bundled,
  imports: Metafile['inputs'],
  { outDir, defaultCountry }: BundleOptions,
): Promise<Bundle> {
  const source = sourceOf(entry);
  const options = buildOptions([{ in: source, out: 'index' }], defaultCountry);
  const plugins = [
    ...options.plugins,
    gatherLater(lazySources(source, imports), ROOT),
    gatherStart(source, imports, ROOT),
    eagerFunctions(firstHitFunctions),
  ];
  return writeBundle({ ...options, plugins }, path.resolve(outDir, entry));
}

function sourceOf(entry: Bundled): string {
  return `functions/${entry}/index.ts`;
}

/**
 * Bundles any module with the options of the functions, but with esbuild's own chunks. The benchmarks compare the
 * functions with other code in the same form.
 *
 * @param source path from the project's root
 * @param folder for `index.mjs` and its chunks
 */
export function bundleModule(source: string, folder: string, defaultCountry: string): Promise<Bundle> {
  return writeBundle(buildOptions([{ in: source, out: 'index' }], defaultCountry), folder);
}

function buildOptions(entryPoints: { in: string; out: string }[], defaultCountry: string) {
  return {
    absWorkingDir: ROOT,
    entryPoints,
    // The build writes nothing there, but the chunks' names depend on this folder. If they depended on the output
    // folder, an unchanged function would be deployed again.
    outdir: BUILD_DIR,
    write: false,
    bundle: true,
    platform: 'node',
    // The AWS SDK's code for browsers imports it. No function runs that code.
    external: ['bowser'],
    target: 'node24',
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    outExtension: { '.js': '.mjs' },
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    metafile: true,
    logLevel: 'warning',
    plugins: [builtinsWithoutImport, leanPhoneLibrary(defaultCountry), withoutNeedlessImports],
  } satisfies BuildOptions;
}

async function writeBundle(
  options: BuildOptions & { readonly write: false; readonly metafile: true },
  folder: string,
): Promise<Bundle> {
  const { metafile, outputFiles } = await build(options);
  const mapFolder = `${folder}-maps`;
  await Promise.all([folder, mapFolder].map((each) => mkdir(each, { recursive: true })));
  await Promise.all(
    outputFiles.map(({ path: file, contents }) =>
      writeFile(path.join(file.endsWith('.map') ? mapFolder : folder, path.basename(file)), contents),
    ),
  );
  return { folder, metafile };
}
