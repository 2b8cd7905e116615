import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  completed,
  LOCK_FILES,
  type LockFile,
  missingPackages,
  packagesWithoutAddress,
} from '../../scripts/lock-file.ts';

describe('the lock file', () => {
  test.each(LOCK_FILES)(
    '%s names every platform’s optional packages, so that npm ci takes it anywhere (npm run lock adds them)',
    (file) => {
      expect(missingPackages(JSON.parse(readFileSync(file, 'utf8')))).toEqual([]);
    },
  );

  test.each(LOCK_FILES)(
    '%s has the address of each package, so that npm ci asks no registry for it (npm run lock adds them)',
    (file) => {
      expect(packagesWithoutAddress(JSON.parse(readFileSync(file, 'utf8')))).toEqual([]);
    },
  );

  test('the script looks at all lock files of the repository', () => {
    const files = globSync('**/package-lock.json', { exclude: ['node_modules', '.cache'] });
    expect(files.sort()).toEqual([...LOCK_FILES].sort());
  });

  test('the script adds the missing parts, and only those', () => {
    const lockFile = {
      name: 'x',
      packages: {
        '': {},
        'node_modules/a': {
          version: '3.0.0',
          dev: true,
          optionalDependencies: { '@a/linux-x64-musl': '1.2.3', '@a/win32-arm64': '1.2.3' },
        },
        'node_modules/@a/win32-arm64': { version: '1.2.3' },
      },
    };
    const whole = completed(lockFile);
    expect(whole.packages).toEqual({
      '': {},
      'node_modules/a': {
        ...lockFile.packages['node_modules/a'],
        resolved: 'https://registry.npmjs.org/a/-/a-3.0.0.tgz',
      },
      'node_modules/@a/win32-arm64': {
        version: '1.2.3',
        resolved: 'https://registry.npmjs.org/@a/win32-arm64/-/win32-arm64-1.2.3.tgz',
      },
      'node_modules/@a/linux-x64-musl': {
        version: '1.2.3',
        resolved: 'https://registry.npmjs.org/@a/linux-x64-musl/-/linux-x64-musl-1.2.3.tgz',
        cpu: ['x64'],
        libc: ['musl'],
        optional: true,
        os: ['linux'],
        dev: true,
      },
    });
    expect(missingPackages(whole)).toEqual([]);
    expect(packagesWithoutAddress(whole)).toEqual([]);
  });

  test('the script does not change an address, a workspace and a package inside another one', () => {
    const packages = {
      client: { version: '0.1.0' },
      'node_modules/lookaside-client': { resolved: 'client', link: true },
      'node_modules/a': { version: '1.0.0', resolved: 'https://packages.example/a.tgz' },
      'node_modules/a/node_modules/b': { version: '2.0.0', inBundle: true },
    };
    expect(completed({ packages })).toEqual({ packages });
  });

  test('the script takes the address of a package under its own name, at every depth', () => {
    const packages = {
      'node_modules/a/node_modules/string-width-cjs': { name: 'string-width', version: '4.2.3' },
      'node_modules/a/node_modules/@b/c': { version: '1.0.0' },
    };
    const addresses = Object.values(completed<LockFile>({ packages }).packages).map(({ resolved }) => resolved);
    expect(addresses).toEqual([
      'https://registry.npmjs.org/@b/c/-/c-1.0.0.tgz',
      'https://registry.npmjs.org/string-width/-/string-width-4.2.3.tgz',
    ]);
  });
});
