import { execFileSync } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a program without the SDK learns which package direct invocation needs', async () => {
  // Outside the project, so that its packages are not found.
  const folder = temporaryFolder();
  await cp('client/src', join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const program =
    "const { createLookaside } = await import('./src/index.ts');" +
    "const lookaside = createLookaside({ lambda: { send: () => {} }, functionName: 'lookaside-invoke' });" +
    'const { cause: _, ...outcome } = await lookaside.lookup({});' +
    'console.log(JSON.stringify(outcome));';
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual({
    kind: 'error',
    code: 'unreachable',
    message:
      'lookaside-invoke could not be invoked. Direct invocation needs the package @aws-sdk/client-lambda, version 3. Install it.',
  });
});
