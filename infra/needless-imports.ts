import path from 'node:path';
import type { Metafile, OutputFile, Plugin } from 'esbuild';
import { isEntry } from './bundle-entry.ts';

/**
 * Removes imports that only load a file. esbuild puts its helpers for CommonJS modules into a chunk of their own, and
 * makes the entry import that chunk as soon as any chunk uses it, now or later. The entry itself uses nothing of that
 * chunk, and each file costs a cold start half a millisecond. Spaces replace the import, so that the source map stays
 * right.
 */
export const withoutNeedlessImports: Plugin = {
  name: 'without-needless-imports',
  setup(build) {
    build.onEnd(({ outputFiles = [], metafile = { inputs: {}, outputs: {} } }) => {
      const entry = outputFiles.find(({ path: file }) => isEntry(file));
      const [, output] = Object.entries(metafile.outputs).find(([file]) => isEntry(file)) ?? [];
      if (entry === undefined || output === undefined) return;
      const { text } = entry;
      const needless = output.imports.filter(
        ({ path: chunk }) => hasOnlyHelpers(metafile, chunk) && text.includes(statementFor(chunk)),
      );
      for (const { path: chunk } of needless) blank(entry, statementFor(chunk));
      output.imports = output.imports.filter((each) => !needless.includes(each));
    });
  },
};

/** Whether a chunk has no code of any source: only esbuild's own helpers. */
function hasOnlyHelpers({ outputs }: Metafile, chunk: string): boolean {
  const inputs = outputs[chunk]?.inputs;
  return inputs !== undefined && Object.keys(inputs).length === 0;
}

/** The import of a chunk that takes no name from it. */
function statementFor(chunk: string): string {
  return `import"./${path.basename(chunk)}";`;
}

function blank(file: OutputFile, statement: string): void {
  file.contents = Buffer.from(file.text.replace(statement, ' '.repeat(statement.length)));
}
