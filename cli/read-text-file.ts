import { readFile } from 'node:fs/promises';
import { wordsFor } from '../functions/smoke/given-text.ts';
import { UsageError } from './exit-codes.ts';

/** The facts for the message about an unreadable file. */
export interface NamedFile {
  /** The parameter that names the file. */
  readonly parameter: string;
  /** A suggestion, as `suggestion` gives it. Default: none. */
  readonly suggestion?: string;
  readonly allowed: string;
}

/**
 * The text of a file that the command line names. A byte order mark at its start is not part of the text: programs of
 * Windows write one.
 * @throws {UsageError} if it cannot be read, with the code of the reason
 */
export async function readTextFile(file: string, { parameter, suggestion = '', allowed }: NamedFile): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${parameter} is ${wordsFor(file)}${suggestion}, and no file of this name can be read (${code}); allowed is ${allowed}.`,
      { cause: error },
    );
  }
}
