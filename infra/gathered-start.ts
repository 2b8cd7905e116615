import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Loader, Metafile, Plugin } from 'esbuild';

/** The loaders of the sources that may be imported later, by the ends of their names. */
const LOADERS: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.js': 'js', '.mjs': 'js' };

/**
 * Gathers all that an entry loads at its start into one chunk. esbuild makes a chunk for each set of entries that share
 * code, and each `import()` is an entry: some twenty files, of which each costs a cold start half a millisecond.
 *
 * What is imported later is made to import all of the start too, which is loaded by then. So all of the start is shared by
 * the same entries. The entry itself stays by itself: what it waits for at its top level may load a chunk, and a
 * chunk that would wait for the entry would wait for ever.
 *
 * @param entry path of the entry, from the root
 * @param first what esbuild says of the entry when it is bundled without this plugin
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
