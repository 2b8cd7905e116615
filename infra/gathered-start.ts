import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Loader, Metafile, Plugin } from 'esbuild';

/** The loaders of lazily imported sources, by the ends of their names. */
const LOADERS: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.js': 'js', '.mjs': 'js' };

/**
 * Puts all code of an entry's start into one chunk. esbuild makes a chunk for each set of entries that share code, and
 * each `import()` is an entry. That makes about twenty files, and each costs a cold start half a millisecond. So this
 * plugin makes every lazy import also import the whole start, which is loaded by then. Then the same entries share all
 * code of the start. The entry itself is not part of it: its top level may wait for a chunk, and a chunk that waits for
 * the entry would wait for ever.
 *
 * @param entry path of the entry, from the root
 * @param first esbuild's result for the entry without this plugin
 * @param root folder from which paths count
 */
export function gatherStart(entry: string, first: Metafile, root: string): Plugin {
  const started = importsOf(first, entry, 'import-statement');
  const later = new Set(Object.keys(first.inputs).flatMap((input) => importsOf(first, input, 'dynamic-import')));
  const imports = started.map((input) => `import ${JSON.stringify(path.resolve(root, input))};`).join('\n');
  return {
    name: 'gather-start',
    setup(build) {
      build.onLoad({ filter: /\.(?:ts|m?js)$/, namespace: 'file' }, async ({ path: file }) => {
        if (!later.has(path.relative(root, file).replaceAll(path.sep, '/'))) return undefined;
        const contents = `${await readFile(file, 'utf8')}\n${imports}\n`;
        return { contents, loader: LOADERS[path.extname(file)] ?? 'js' };
      });
    },
  };
}

function importsOf(
  { inputs }: Metafile,
  input: string,
  kind: 'import-statement' | 'dynamic-import',
): readonly string[] {
  return (inputs[input]?.imports ?? []).filter((each) => each.kind === kind && !each.external).map((each) => each.path);
}
