/** Holds stacks against all rules, and writes what the rules find to a file: `AllFindings` as JSON. */
import type { AllFindings } from './findings.ts';
import { writeResult } from './shared-result.ts';

const [file = ''] = process.argv.slice(2);
await writeResult(file, async (): Promise<AllFindings> => (await import('./hold-all.ts')).holdAll());
