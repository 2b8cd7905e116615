import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/**
 * An empty folder for the output of an app (`outdir`), which is deleted after the test file. CDK deletes a folder of its
 * own when the process ends, and Jest does not tell a test file's modules of that.
 */
export function outputFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lookaside-cdk-'));
  made.push(folder);
  return folder;
}
