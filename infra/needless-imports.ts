import path from 'node:path';
import type { Metafile, OutputFile, Plugin } from 'esbuild';

/**
 * Removes imports that only load a file. esbuild puts its helpers for CommonJS modules into a chunk of their own, and
 * makes the entry import that chunk as soon as any chunk uses it, now or later. The entry itself uses nothing of it, and
 * a file more costs a cold start half a millisecond. Spaces take the place of the import: the source map still fits.
 */
export const withoutNeedlessImports: Plugin = {
  name: 'without-needless-imports',
  setup(build) {
    build.onEnd(({ outputFiles = [], metafile }) => {
      const entry = outputFiles.find(({ path: file }) => path.basename(file) === 'index.mjs');
      if (metafile === undefined || entry === undefined) return;
      for (const [file, output] of Object.entries(metafile.outputs)) {
        if (path.basename(file) !== 'index.mjs') continue;
        const isNeedless = (chunk: string) => hasOnlyHelpers(metafile, chunk) && blankImport(entry, chunk);
        output.imports = output.imports.filter(({ path: chunk }) => !isNeedless(chunk));
      }
    });
  },
};

/** Whether a chunk has no code of any source: only esbuild's own helpers. */
function hasOnlyHelpers({ outputs }: Metafile, chunk: string): boolean {
  const inputs = outputs[chunk]?.inputs;
  return inputs !== undefined && Object.keys(inputs).length === 0;
}

/** Blanks the entry's import of a chunk, if it takes no name from it. @returns whether it takes none */
function blankImport(entry: OutputFile, chunk: string): boolean {
  const statement = `import"./${path.basename(chunk)}";`;
  const { text } = entry;
  if (!text.includes(statement)) return false;
  entry.contents = Buffer.from(text.replace(statement, ' '.repeat(statement.length)));
  return true;
}
