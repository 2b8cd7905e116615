import path from 'node:path';
import type { Metafile, OutputFile, Plugin } from 'esbuild';
import { outputNamed } from './bundle-files.ts';

/**
 * Removes imports that only load a file. esbuild puts its helpers for CommonJS modules into a chunk of their own, and
 * makes the entry and most chunks import that chunk as soon as any chunk uses it, now or later. They use nothing of it,
 * and each file costs half a millisecond. Spaces replace the import, so that the source map stays right.
 */
export const withoutNeedlessImports: Plugin = {
  name: 'without-needless-imports',
  setup(build) {
    build.onEnd(({ outputFiles = [], metafile = { inputs: {}, outputs: {} } }) => {
      for (const [name, output] of Object.entries(metafile.outputs)) {
        const file = outputNamed(outputFiles, name);
        const candidates = output.imports.filter(({ path: chunk }) => hasOnlyHelpers(metafile, chunk));
        if (file === undefined || candidates.length === 0) continue;
        const { text } = file;
        const needless = candidates.filter(({ path: chunk }) => text.includes(statementFor(chunk)));
        for (const { path: chunk } of needless) blank(file, statementFor(chunk));
        output.imports = output.imports.filter((each) => !needless.includes(each));
      }
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
