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

  test('gives the new folder its rights, and not those above it or one that is there', async () => {
    const folder = temporaryFolder();
    const rightsOf = (name: string) => statSync(join(folder, name)).mode & 0o777;
    mkdirSync(join(folder, 'there'), { mode: 0o755 });
    await makeFolder(join(folder, 'new/below'), 0o700);
    await makeFolder(join(folder, 'there'), 0o700);
    expect(rightsOf('new/below')).toBe(0o700);
    expect([rightsOf('new'), rightsOf('there')]).not.toContain(0o700);
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
