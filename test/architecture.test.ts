import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { circleIn, type ImportGraph, readImportGraph, readNamedImports, waysTo } from './support/import-graph.ts';
import { unitTestGlobs } from './support/unit-test-globs.ts';

const use = (module: string) => `import { x } from '${module}';\nexport const y = x;\n`;
const touch = (expression: string) => `export const y = () => ${expression};\n`;

/** A file that the linter reads: its path and its text. Several samples may have one path, if its name is x.ts. */
type Sample = readonly [path: string, text: string];

const WRONG_IMPORTS: readonly Sample[] = [
  ['functions/customer/x.ts', use('../lookup/entry.ts')],
  ['functions/customer/x.ts', use('../adapters/dynamodb/entry-item.ts')],
  ['functions/customer/x.ts', use('../settings/settings.ts')],
  ['functions/customer/x.ts', use('@aws-sdk/client-dynamodb')],
  ['functions/customer/x.ts', use('node:fs')],
  ['functions/customer/x.ts', "export const y = () => import('ky');\n"],
  ['functions/lookup/x.ts', use('../adapters/capillary/capillary-upstream.ts')],
  ['functions/lookup/x.ts', use('../http/handler.ts')],
  ['functions/lookup/x.ts', use('../settings/settings.ts')],
  ['functions/lookup/x.ts', use('node:timers')],
  ['functions/lookup/x.ts', use('@aws-sdk/client-lambda')],
  ['functions/adapters/dynamodb/x.ts', use('../../http/handler.ts')],
  ['functions/adapters/dynamodb/x.ts', use('../../../infra/routes.ts')],
  ['functions/http/x.ts', use('../../local/service.ts')],
  ['functions/http/x.ts', use('../../console/format.js')],
  ['functions/lookup/x.ts', use('../../console/format.js')],
  ['infra/x.ts', use('../console/format.js')],
  ['functions/http/x.ts', use('../../cli/run.ts')],
  ['functions/lookup/x.ts', use('../../cli/run.ts')],
  ['infra/x.ts', use('../cli/run.ts')],
  ['functions/rest/x.ts', use('../../local/service.ts')],
  ['functions/batch/x.ts', use('../../simulator/simulator.ts')],
  ['functions/invoke/x.ts', use('../../infra/routes.ts')],
  ['functions/invalidate/x.ts', use('../../infra/routes.ts')],
  ['functions/adapters/dynamodb/x.ts', use('../../invalidate/handler.ts')],
  ['functions/smoke/x.ts', use('../../infra/routes.ts')],
  ['functions/http/x.ts', use('../../client/src/index.ts')],
  ['functions/customer/json/x.ts', use('lookaside-client')],
  ['functions/lookup/x.ts', use('lookaside-client')],
  ['functions/adapters/lambda/x.ts', use('lookaside-client')],
  ['client/src/x.ts', use('../../functions/batch/outcome.ts')],
  ['client/src/x.ts', use('node:crypto')],
  ['infra/x.ts', use('../functions/lookup/entry.ts')],
  ['infra/x.ts', use('../local/service.ts')],
  ['local/x.ts', use('../test/support/manual-clock.ts')],
  ['simulator/x.ts', use('../test/support/manual-clock.ts')],
  ['functions/http/x.ts', use('../../test/support/manual-clock.ts')],
];

const WRONG_GLOBALS: readonly Sample[] = [
  ['functions/customer/x.ts', touch('Date.now()')],
  ['functions/customer/x.ts', touch('process.env')],
  ['functions/lookup/x.ts', touch('Date.now()')],
  ['functions/lookup/x.ts', touch("fetch('https://a.example')")],
  ['functions/lookup/x.ts', touch('setTimeout(() => {}, 1)')],
  ['functions/adapters/dynamodb/x.ts', touch('process.env')],
  ['functions/http/x.ts', touch('process.env')],
  ['functions/invoke/x.ts', touch('process.env')],
  ['functions/smoke/x.ts', touch('process.env')],
  ['functions/lookup-service.ts', touch('process.env')],
  ['functions/a-new-file.ts', touch('process.env')],
  ['client/src/x.ts', touch('process.env')],
];

const ALLOWED: readonly Sample[] = [
  ['functions/lookup/x.ts', use('../customer/cache-key.ts')],
  ['functions/customer/x.ts', use('node:crypto')],
  ['functions/adapters/dynamodb/x.ts', use('../../lookup/ports.ts')],
  ['functions/http/x.ts', use('../lookup/lookup.ts')],
  ['infra/x.ts', use('../functions/settings/settings.ts')],
  ['local/x.ts', use('../functions/lookup-service.ts')],
  ['functions/settings/settings.ts', touch('process.env')],
  ['client/src/x.ts', use('./json.ts')],
];

/** Gives each x.ts a name of its own, so that one run of the linter reads all samples. */
const named = (samples: readonly Sample[], name: string): readonly Sample[] =>
  samples.map(([path, text], index) => [path.replace(/\bx\.ts$/, `${name}-${index}.ts`), text]);

const wrongImports = named(WRONG_IMPORTS, 'import');
const wrongGlobals = named(WRONG_GLOBALS, 'global');
const allowed = named(ALLOWED, 'allowed');

/** The linter's findings: the file, and the rule that the file breaks. */
interface Finding {
  readonly path: string;
  readonly rule: string;
}

/** The linter's findings in these files, under the project's own rules. It runs once. */
function lint(samples: readonly Sample[]) {
  const folder = mkdtempSync(join(tmpdir(), 'lookaside-lint-'));
  try {
    const { vcs: _, ...rules } = JSON.parse(readFileSync('biome.json', 'utf8'));
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(rules));
    for (const [path, text] of samples) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
    const { stdout } = spawnSync(
      resolve('node_modules/.bin/biome'),
      ['lint', '--reporter=json', '--max-diagnostics=none', ...samples.map(([path]) => path)],
      { cwd: folder, encoding: 'utf8' },
    );
    const { summary, diagnostics } = JSON.parse(stdout);
    const findings: Finding[] = diagnostics.map(
      ({ category, location }: { category: string; location: { path: string } }) => ({
        path: location.path,
        rule: category.replace(/^lint\/\w+\//, ''),
      }),
    );
    return { filesRead: summary.changed + summary.unchanged, findings };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the linter holds the direction of imports', () => {
  const samples = [...wrongImports, ...wrongGlobals, ...allowed];
  let filesRead: number;
  let findings: readonly Finding[];
  beforeAll(() => {
    ({ filesRead, findings } = lint(samples));
  });
  const rulesBroken = (path: string) => findings.filter((finding) => finding.path === path).map(({ rule }) => rule);

  test('the linter reads every sample', () => {
    expect(filesRead).toBe(samples.length);
  });

  test.each(wrongImports)('%s may not hold %j', (path) => {
    expect(rulesBroken(path)).toContain('noRestrictedImports');
  });

  test.each(wrongGlobals)('%s may not touch what %j does', (path) => {
    expect(rulesBroken(path)).toContain('noRestrictedGlobals');
  });

  test.each(allowed)('%s may hold %j', (path) => {
    expect(rulesBroken(path).filter((rule) => rule.startsWith('noRestricted'))).toEqual([]);
  });
});

test('only settings.ts reads the environment of the functions', () => {
  const readers = globSync('functions/**/*.ts').filter((file) => readFileSync(file, 'utf8').includes('process.env'));
  expect(readers).toEqual(['functions/settings/settings.ts']);
});

describe('the files of the product', () => {
  const FOLDERS = ['cli', 'functions', 'infra', 'local', 'simulator'];
  const filesIn = (folder: string) => globSync(`${folder}/**/*.ts`).sort();
  const lineCount = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1;
  const graph = readNamedImports(FOLDERS.flatMap(filesIn));

  test('never import each other in a circle, not even by types', () => {
    // Without edges there is no circle either.
    expect([...graph.values()].flat().length).toBeGreaterThan(graph.size);
    expect(graph.get('functions/lookup/forward/forward.ts')).toContain('functions/lookup/forward/forward-lookup.ts');
    expect(circleIn(graph)).toBeUndefined();
  });

  test.each(FOLDERS)('of %s have 250 lines at most', (folder) => {
    expect(filesIn(folder).length).toBeGreaterThan(5);
    expect(filesIn(folder).filter((file) => lineCount(file) > 250)).toEqual([]);
  });

  test('of functions have 60 lines or fewer in half of the cases', () => {
    const counts = filesIn('functions')
      .map(lineCount)
      .sort((a, b) => a - b);
    expect(counts[Math.floor((counts.length - 1) / 2)]).toBeLessThanOrEqual(60);
  });

  test('that lie in forward/ know each other by the types of fetched.ts only', () => {
    const FOLDER = 'functions/lookup/forward';
    const composers = ['forward.ts', 'forward-lookup.ts', 'ask-context.ts', 'ask-upstream.ts'].map(
      (name) => `${FOLDER}/${name}`,
    );
    const rooms = filesIn(FOLDER).filter((file) => !composers.includes(file));
    expect(rooms.length).toBeGreaterThan(8);
    for (const room of rooms) {
      const siblings = (graph.get(room) ?? []).filter((file) => dirname(file) === FOLDER);
      expect([room, siblings.filter((file) => file !== `${FOLDER}/fetched.ts`)]).toEqual([room, []]);
    }
    // Only the look-up itself opens the door.
    const outside = [...graph].filter(([file]) => dirname(file) !== FOLDER);
    const entered = outside.flatMap(([, imports]) => imports.filter((file) => dirname(file) === FOLDER));
    expect([...new Set(entered)]).toEqual([`${FOLDER}/forward.ts`]);
  });
});

describe('a circle of imports', () => {
  test.each([
    ['of two files', { a: ['b'], b: ['a'] }, ['a', 'b', 'a']],
    ['of three, behind others', { a: ['b', 'c'], b: [], c: ['d'], d: ['e'], e: ['c'] }, ['c', 'd', 'e', 'c']],
    ['of one', { a: ['a'] }, ['a', 'a']],
    ['that is none: two ways to one file', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, undefined],
  ])('%s is found', (_case, imports, circle) => {
    expect(circleIn(new Map(Object.entries(imports)))).toEqual(circle);
  });
});

describe('unit tests', () => {
  /** Modules that start a server or a process, or take as long as one. */
  const SYSTEM =
    /^(node:)?(http|https|http2|net|tls|dgram|child_process|cluster|worker_threads)$|^(dynalite|aws-cdk-lib|esbuild)/;
  let unitTests: readonly string[];
  let longTests: readonly string[];
  let namedSystem: readonly string[];
  let graph: ImportGraph;
  beforeAll(async () => {
    unitTests = globSync(await unitTestGlobs());
    longTests = globSync('test/**/*.long.test.ts');
    namedSystem = globSync('test/**/*.system.test.ts');
    graph = await readImportGraph([...unitTests, ...longTests, ...namedSystem]);
  });

  test('load nothing that starts a server or a process: a test that must do so is named *.system.test.ts', () => {
    expect(unitTests.length).toBeGreaterThan(40);
    expect(longTests.length).toBeGreaterThan(0);
    expect(
      [...unitTests, ...longTests].flatMap((file) => waysTo(SYSTEM, file, graph)).map((way) => way.join(' → ')),
    ).toEqual([]);
  });

  test('do not have that name without need: each *.system.test.ts loads something that starts a server or a process', () => {
    expect(namedSystem.length).toBeGreaterThan(0);
    expect(namedSystem.filter((file) => waysTo(SYSTEM, file, graph).length === 0)).toEqual([]);
  });
});
