/**
 * Makes a shared result, and writes it to a file as JSON. If that fails, it writes the error beside the file.
 * `node write-result.ts <result> <file>`
 */
import { renameSync, writeFileSync } from 'node:fs';
import { failureFileOf, type SharedResult } from './shared-result.ts';

/** Each imports what it needs by itself, so that an error in any of these files is caught. */
const MAKERS: Readonly<Record<SharedResult, () => Promise<unknown>>> = {
  templates: async () => (await import('./synthesize-all.ts')).synthesizeAll(),
  findings: async () => (await import('./hold-all.ts')).holdAll(),
};

const [result, file = ''] = process.argv.slice(2);
try {
  write(file, JSON.stringify(await MAKERS[result as SharedResult]()));
} catch (error) {
  write(failureFileOf(file), String(error));
}

/** The file is written whole or not at all: a test may look for it at this moment. */
function write(file: string, text: string): void {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, text);
  renameSync(written, file);
}
