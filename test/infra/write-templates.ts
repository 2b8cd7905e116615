/** Synthesizes every environment under test, and writes the result of each to a file: `Syntheses` as JSON. */
import { writeResult } from './shared-result.ts';
import type { Syntheses } from './templates.ts';

const [file = ''] = process.argv.slice(2);
await writeResult(file, async (): Promise<Syntheses> => (await import('./synthesize-all.ts')).synthesizeAll());
