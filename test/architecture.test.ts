import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const BIOME = resolve('node_modules/.bin/biome');

/** What the linter, under the project's own rules, says of a file of this text at this path. */
function lint(path: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lookaside-lint-'));
  try {
    const { vcs: _, ...rules } = JSON.parse(readFileSync('biome.json', 'utf8'));
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(rules));
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    const { stdout, stderr } = spawnSync(BIOME, ['lint', '--colors=off', path], { cwd: folder, encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const use = (module: string) => `import { x } from '${module}';\nexport const y = x;\n`;
const touch = (expression: string) => `export const y = () => ${expression};\n`;

describe('the linter holds the direction of imports', () => {
  test.each([
    ['functions/customer/x.ts', use('../lookup/entry.ts')],
    ['functions/customer/x.ts', use('../adapters/dynamodb/entry-item.ts')],
    ['functions/customer/x.ts', use('../settings.ts')],
    ['functions/customer/x.ts', use('@aws-sdk/client-dynamodb')],
    ['functions/customer/x.ts', use('node:fs')],
    ['functions/customer/x.ts', "export const y = () => import('ky');\n"],
    ['functions/lookup/x.ts', use('../adapters/capillary/capillary-upstream.ts')],
    ['functions/lookup/x.ts', use('../http/handler.ts')],
    ['functions/lookup/x.ts', use('../settings.ts')],
    ['functions/lookup/x.ts', use('node:timers')],
    ['functions/lookup/x.ts', use('@aws-sdk/client-lambda')],
    ['functions/adapters/dynamodb/x.ts', use('../../http/handler.ts')],
    ['functions/adapters/dynamodb/x.ts', use('../../../infra/routes.ts')],
    ['functions/http/x.ts', use('../../local/service.ts')],
    ['functions/invoke/x.ts', use('../../infra/routes.ts')],
    ['functions/invalidate/x.ts', use('../../infra/routes.ts')],
    ['functions/adapters/dynamodb/x.ts', use('../../invalidate/handler.ts')],
    ['functions/client.ts', use('../local/service.ts')],
    ['infra/x.ts', use('../functions/lookup/entry.ts')],
    ['infra/x.ts', use('../local/service.ts')],
    ['local/x.ts', use('../test/support/manual-clock.ts')],
    ['functions/http/x.ts', use('../../test/support/manual-clock.ts')],
  ])('%s may not hold %j', (path, text) => {
    expect(lint(path, text)).toContain('noRestrictedImports');
  });

  test.each([
    ['functions/customer/x.ts', touch('Date.now()')],
    ['functions/customer/x.ts', touch('process.env')],
    ['functions/lookup/x.ts', touch('Date.now()')],
    ['functions/lookup/x.ts', touch("fetch('https://a.example')")],
    ['functions/lookup/x.ts', touch('setTimeout(() => {}, 1)')],
    ['functions/adapters/dynamodb/x.ts', touch('process.env')],
    ['functions/http/x.ts', touch('process.env')],
    ['functions/invoke/x.ts', touch('process.env')],
    ['functions/lookup-service.ts', touch('process.env')],
  ])('%s may not touch what %j does', (path, text) => {
    expect(lint(path, text)).toContain('noRestrictedGlobals');
  });

  test.each([
    ['functions/lookup/x.ts', use('../customer/cache-key.ts')],
    ['functions/customer/x.ts', use('node:crypto')],
    ['functions/adapters/dynamodb/x.ts', use('../../lookup/ports.ts')],
    ['functions/http/x.ts', use('../lookup/lookup.ts')],
    ['infra/x.ts', use('../functions/settings.ts')],
    ['local/x.ts', use('../functions/lookup-service.ts')],
    ['functions/settings.ts', touch('process.env')],
  ])('%s may hold %j', (path, text) => {
    const said = lint(path, text);
    expect(said).toContain('Checked 1 file');
    expect(said).not.toMatch(/noRestricted(Imports|Globals)/);
  });
});

test('only settings.ts reads the environment of the functions', () => {
  const readers = globSync('functions/**/*.ts').filter((file) => readFileSync(file, 'utf8').includes('process.env'));
  expect(readers).toEqual(['functions/settings.ts']);
});
