import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/** The imports of each file, by its path from the project's root: files of this project by path, all others by name. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the imports of these files, and of the files that they load. Types are left out: they load nothing. Packages
 * and Node's own modules are named and not entered.
 * @param files paths from the project's root
 * @param options.isStatic whether only imports count that load at once, and not those that load when they run: `import(…)`
 */
export async function readImportGraph(
  files: readonly string[],
  { isStatic = false }: { readonly isStatic?: boolean } = {},
): Promise<ImportGraph> {
  const { metafile } = await build({
    entryPoints: [...files],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'nowhere',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [
      file,
      imports.filter(({ kind }) => !isStatic || kind !== 'dynamic-import').map(({ path }) => path),
    ]),
  );
}

/**
 * The ways from a file to the modules that a pattern names: for each of them one chain, from the file to the module.
 */
export function waysTo(wanted: RegExp, from: string, graph: ImportGraph): readonly (readonly string[])[] {
  const seen = new Set<string>();
  const ways: string[][] = [];
  const walk = (module: string, chain: readonly string[]) => {
    if (seen.has(module)) return;
    seen.add(module);
    const way = [...chain, module];
    if (wanted.test(module)) ways.push(way);
    for (const next of graph.get(module) ?? []) walk(next, way);
  };
  walk(from, []);
  return ways;
}

/** A relative path in `import … from`, `export … from` or `import(…)`. The formatter writes all of them like this. */
const RELATIVE_IMPORT = /(?:\bfrom|\bimport\(?)\s*'(\.[^']+)'/g;

/**
 * Reads the names in the imports of these files, types too: paths from the project's root. Unlike `readImportGraph` it
 * follows no import, and needs no build.
 */
export function readNamedImports(files: readonly string[]): ImportGraph {
  return new Map(
    files.map((file) => {
      const text = readFileSync(file, 'utf8');
      return [file, [...text.matchAll(RELATIVE_IMPORT)].map(([, path = '']) => join(dirname(file), path))];
    }),
  );
}

/** One circle of imports, from a file back to itself; undefined if there is none. */
export function circleIn(graph: ImportGraph): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, chain: readonly string[]): readonly string[] | undefined => {
    if (chain.includes(file)) return [...chain.slice(chain.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const circle = walk(next, [...chain, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const circle = walk(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
