import path from 'node:path';
import type { OutputFile } from 'esbuild';

/** The path of a source from the project's root, as esbuild writes it. */
export function fromRoot(root: string, file: string): string {
  return path.relative(root, file).replaceAll(path.sep, '/');
}

/** A pattern for paths that end with the name of one of these files. */
export function fileNames(files: readonly string[]): RegExp {
  const names = new Set(files.map((file) => RegExp.escape(path.posix.basename(file))));
  return new RegExp(`[/\\\\](?:${[...names].join('|')})$`);
}

/** The file of a bundle that esbuild's description calls by this name. */
export function outputNamed(files: readonly OutputFile[], name: string): OutputFile | undefined {
  return files.find((each) => path.basename(each.path) === path.posix.basename(name));
}
