import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { completed, missingPackages } from '../../scripts/lock-file.ts';

describe('the lock file', () => {
  test('names every platform’s optional packages, so that npm ci takes it anywhere (npm run lock adds them)', () => {
    expect(missingPackages(JSON.parse(readFileSync('package-lock.json', 'utf8')))).toEqual([]);
  });

  test('gets what it lacks, and only that', () => {
    const lockFile = {
      name: 'x',
      packages: {
        '': {},
        'node_modules/a': {
          dev: true,
          optionalDependencies: { '@a/linux-x64-musl': '1.2.3', '@a/win32-arm64': '1.2.3' },
        },
        'node_modules/@a/win32-arm64': { version: '1.2.3' },
      },
    };
    const whole = completed(lockFile);
    expect(whole.packages).toEqual({
      ...lockFile.packages,
      'node_modules/@a/linux-x64-musl': {
        version: '1.2.3',
        cpu: ['x64'],
        libc: ['musl'],
        optional: true,
        os: ['linux'],
        dev: true,
      },
    });
    expect(missingPackages(whole)).toEqual([]);
  });
});
