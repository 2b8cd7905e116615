import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Loader, Metafile, Plugin } from 'esbuild';
import { fileNames, fromRoot } from './bundle-files.ts';

type Inputs = Metafile['inputs'];

/** The loaders of lazily imported sources, by the ends of their names. */
const LOADERS: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.js': 'js', '.mjs': 'js' };

/**
 * Puts all code of an entry's start into one chunk. esbuild makes a chunk for each set of entries that share code, and
 * each `import()` is an entry. That makes about twenty files, and each costs a cold start half a millisecond. So this
 * plugin makes every lazily imported file import the whole start too. The start is loaded by then. In this way the same
 * entries share all code of the start. The entry itself is not part of the start: its top level may wait for a chunk,
 * and a chunk that waits for the entry would wait forever.
 *
 * @param entry path of the entry, from the root
 * @param inputs the imports of all its sources, as esbuild finds them without this plugin; other entries' sources may
 *   be among them
 * @param root the folder that the paths are relative to
 */
export function gatherStart(entry: string, inputs: Inputs, root: string): Plugin {
  const later = lazySources(entry, inputs);
  const start = importsOf(inputs, entry, 'import-statement');
  return {
    name: 'gather-start',
    setup(build) {
      // With this filter esbuild asks only for these files. Each question costs it a message to this process.
      build.onLoad({ filter: fileNames(later), namespace: 'file' }, async ({ path: file }) => {
        const source = fromRoot(root, file);
        if (!later.includes(source)) return undefined;
        const imports = start.map((input) => `import ${JSON.stringify(relativeImport(source, input))};`);
        const contents = `${await readFile(file, 'utf8')}\n${imports.join('\n')}\n`;
        return { contents, loader: LOADERS[path.extname(file)] ?? 'js' };
      });
    },
  };
}

/** All that an entry and its sources import lazily. @param inputs as for `gatherStart` */
export function lazySources(entry: string, inputs: Inputs): readonly string[] {
  const sources = sourcesOf(entry, inputs);
  return [...new Set(sources.flatMap((source) => importsOf(inputs, source, 'dynamic-import')))];
}

/** The entry, and all that it imports at once or later. */
function sourcesOf(entry: string, inputs: Inputs): readonly string[] {
  const sources = new Set([entry]);
  // A loop over a set also visits elements that are added during the loop.
  for (const source of sources) for (const { path: imported } of inputs[source]?.imports ?? []) sources.add(imported);
  return [...sources];
}

/**
 * How one file imports another. The project's own folder is not part of it: this text is in the source map, and the
 * names of the chunks depend on that map. With an absolute path, the same commit in another folder would be deployed as
 * other code.
 */
function relativeImport(from: string, to: string): string {
  return `./${path.posix.relative(path.posix.dirname(from), to)}`;
}

function importsOf(inputs: Inputs, input: string, kind: 'import-statement' | 'dynamic-import'): readonly string[] {
  return (inputs[input]?.imports ?? []).filter((each) => each.kind === kind && !each.external).map((each) => each.path);
}
