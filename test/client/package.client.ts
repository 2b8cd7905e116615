import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalService, startLocal } from '../../local/service.ts';
import { plainEnvironment, run, runOrFail } from '../deploy/process.ts';
import { PATIENT } from '../support/patience.ts';
import { COMPILERS } from './compilers.ts';

/** `npm run test:client`: the package as npm packs it, in a project that has nothing else. */

const log = { info: () => undefined, error: () => undefined };
/** npm's own: a registry's mirror, a proxy and their certificates are set there. */
const npmEnvironment = { ...process.env, NODE_OPTIONS: '' } as Record<string, string>;

const PROGRAMS = ['over-http.ts', 'two-identifiers.ts', 'misspelt-parameter.ts'];

let folder: string;
let project: string;
let service: LocalService;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lookaside-client-'));
  project = path.join(folder, 'project');
  await mkdir(project);
  service = await startLocal(
    { ...PATIENT, PORT: '0', LOCAL_API_KEYS: 'till-key' },
    { log, simulator: { latencyMs: 0 } },
  );
  await runOrFail(
    'npm',
    ['pack', '--silent', '--workspace', 'lookaside-client', '--pack-destination', folder],
    npmEnvironment,
  );
  await writeFile(path.join(project, 'package.json'), '{"name":"project","private":true,"type":"module"}');
  const [packed = ''] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  const install = ['install', '--prefix', project, '--no-audit', '--no-fund', path.join(folder, packed)];
  await runOrFail('npm', install, npmEnvironment);
  for (const file of PROGRAMS) await copyFile(path.join('test/client/project', file), path.join(project, file));
}, 300_000);

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

test('the package has no dependencies, and contains what it declares', async () => {
  expect(await readdir(path.join(project, 'node_modules'))).toEqual(expect.not.arrayContaining(['@aws-sdk']));
  const installed = path.join(project, 'node_modules/lookaside-client');
  expect((await readdir(installed)).sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json']);
});

describe.each(COMPILERS)('the compiler of TypeScript $version', ({ install, settings }) => {
  let errors: readonly string[];
  beforeAll(async () => {
    const tsc = await install(folder, npmEnvironment);
    const files = PROGRAMS.map((file) => path.join(project, file));
    const parameters = [tsc, '--noEmit', '--skipLibCheck', 'false', '--pretty', 'false', ...settings, ...files];
    const { output } = await run(process.execPath, parameters, plainEnvironment());
    errors = output
      .split('\n')
      .filter((line) => /^\S/.test(line))
      .sort();
  }, 600_000);

  test('refuses two identifiers of v1.1 and a misspelt parameter, and takes the rest, the types of the package included', () => {
    expect(errors).toEqual([
      expect.stringMatching(/misspelt-parameter\.ts\(\d+,\d+\): error TS2322/),
      expect.stringMatching(/two-identifiers\.ts\(\d+,\d+\): error TS2322/),
    ]);
  });
});

test('a program that uses it asks the service over HTTP', async () => {
  // Node runs the types away from version 22.18 on; the one that npm runs on may be older.
  const program = path.join(project, 'over-http.ts');
  const environment = { ...plainEnvironment(), LOOKASIDE_URL: service.url, LOOKASIDE_API_KEY: 'till-key' };
  const output = await runOrFail(process.execPath, [program], environment);
  expect(output.trim().split('\n')).toEqual([
    'found Bubalus',
    'not-found 8015',
    'error invalid_identifier',
    'Diamond',
    '9007199254740993',
  ]);
}, 300_000);

test('it loads on the Node.js that npm runs on, whatever its version, and keeps 64-bit digits there', async () => {
  const program = `
    import { createServer } from 'node:http';
    import { createLookaside } from 'lookaside-client';
    const server = createServer((_request, response) => {
      response.end('{"results":[{"kind":"found","customer":{"id":9007199254740993},"cache":{}}]}');
    }).listen(0, '127.0.0.1', async () => {
      const endpoint = 'http://127.0.0.1:' + server.address().port;
      const query = { source: 'INSTORE', identifierName: 'id', identifierValue: '9007199254740993' };
      const outcome = await createLookaside({ endpoint, deadlineMs: 50_000 }).lookup(query);
      console.log(typeof outcome.customer.id, outcome.customer.id);
      server.close();
    });
  `;
  await writeFile(path.join(project, 'on-any-node.js'), program);
  // The machine's own Node, behind the one in node_modules/.bin.
  const PATH = (process.env.PATH ?? '')
    .split(':')
    .filter((each) => !each.includes('node_modules'))
    .join(':');
  const output = await runOrFail('node', [path.join(project, 'on-any-node.js')], { ...plainEnvironment(), PATH });
  expect(output.trim()).toBe('string 9007199254740993');
}, 300_000);
