import { access, constants, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { wordsFor } from '../functions/smoke/given-text.ts';
import { makeFolder } from '../local/make-folder.ts';
import { UsageError } from './exit-codes.ts';

/** A drawing, and the name of its file in the folder of `--plots`. */
export interface Plot {
  readonly file: string;
  readonly svg: string;
}

/**
 * Makes the folder of `--plots` if it is missing. A command whose work takes long calls it first.
 * @throws {UsageError} if the folder cannot be used
 */
export function preparePlots(folder: string): Promise<void> {
  return using(folder, async () => {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  });
}

/**
 * Writes plots into the folder of `--plots`.
 * @returns the files
 * @throws {UsageError} if the folder cannot be used
 */
export async function writePlots(folder: string, plots: readonly Plot[]): Promise<readonly string[]> {
  await preparePlots(folder);
  const files = plots.map(({ file, svg }) => ({ file: path.join(folder, file), svg }));
  await using(folder, () => Promise.all(files.map(({ file, svg }) => writeFile(file, svg))));
  return files.map(({ file }) => file);
}

async function using(folder: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code = 'unusable' } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `--plots is ${wordsFor(folder)}, but it cannot be used (${code}); allowed is a folder that this process may write.`,
      { cause: error },
    );
  }
}
