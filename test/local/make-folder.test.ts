import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { makeFolder } from '../../local/make-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('makeFolder', () => {
  test.each(['there', 'new', 'new/below', 'with a space/ünïcode'])('makes %s', async (name) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'there'));
    await makeFolder(join(folder, name));
    expect(statSync(join(folder, name)).isDirectory()).toBe(true);
  });

  test('two at once make the same one', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    await Promise.all([makeFolder(folder), makeFolder(folder)]);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  test('refuses a file, and what is below one', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'EEXIST' });
  });

  // macOS has no /proc.
  (process.platform === 'linux' ? test : test.skip)('ends below /proc, where no folder can be made', async () => {
    await expect(makeFolder('/proc/lookaside/plots')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
