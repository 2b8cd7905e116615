/**
 * Synthesizes every environment under test, and writes the result of each to a file: `Syntheses` as JSON. If that fails,
 * it writes the error beside the file.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { failureFileOf, type Syntheses } from './templates.ts';

const [file = ''] = process.argv.slice(2);
try {
  // It is imported here, so that an error in any file of the stack is caught.
  const { synthesizeAll } = await import('./synthesize-all.ts');
  const syntheses: Syntheses = synthesizeAll();
  write(file, JSON.stringify(syntheses));
} catch (error) {
  write(failureFileOf(file), String(error));
}

/** The file is written whole or not at all: a test may look for it at this moment. */
function write(file: string, text: string): void {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, text);
  renameSync(written, file);
}
