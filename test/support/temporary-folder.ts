import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/**
 * An empty folder, which is deleted after the test file. An app of the CDK needs one as its `outdir`: CDK deletes a folder
 * of its own when the process ends, and Jest does not tell a test file's modules of that.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lookaside-test-'));
  made.push(folder);
  return folder;
}
