import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalService, startLocal } from '../../local/service.ts';
import { plainEnvironment, run, runOrFail } from '../deploy/process.ts';
import { installTools } from '../support/installed-tools.ts';
import { PATIENT } from '../support/patience.ts';
import { installPython } from '../support/python-environment.ts';

/** `npm run test:openapi`: generated clients of openapi.yaml look customers up. */

const log = { info: () => undefined, error: () => undefined };
const MINUTES = 60_000;

/** What each program prints: a customer, not found, a batch of three, and a look-up that is refused. */
const PRINTED = [
  'found 566881933 Bubalus',
  'not found 8015',
  'found 566881933',
  'not-found 1012',
  'error invalid_identifier',
  'refused invalid_identifier',
];

let folder: string;
let service: LocalService;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lookaside-openapi-'));
  service = await startLocal(
    { ...PATIENT, PORT: '0', LOCAL_API_KEYS: 'till-key' },
    { log, simulator: { latencyMs: 0 } },
  );
  environment = { ...plainEnvironment(), LOOKASIDE_URL: service.url, LOOKASIDE_API_KEY: 'till-key' };
});

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

const lines = (output: string) => output.split('\n').filter((line) => /^(found|not|error|refused)/.test(line));

test(
  'TypeScript: openapi-typescript and openapi-fetch',
  async () => {
    const tools = await installTools('openapi-tools', 'test/openapi/tools');
    const programs = path.join(tools, 'node_modules/.bin');
    const project = path.join(tools, 'till');
    await mkdir(project, { recursive: true });
    await writeFile(path.join(project, 'package.json'), '{"type":"module"}');
    await copyFile('test/openapi/typescript/till.ts', path.join(project, 'till.ts'));
    const schema = path.join(project, 'schema.d.ts');
    await runOrFail(path.join(programs, 'openapi-typescript'), ['openapi.yaml', '--output', schema], environment);
    const program = path.join(project, 'till.ts');
    const settings = ['--noEmit', '--ignoreConfig', '--strict', '--allowImportingTsExtensions'];
    expect(await run('tsc', [...settings, program], environment)).toEqual({ exitCode: 0, output: '' });
    expect(lines(await runOrFail(process.execPath, [program], environment))).toEqual(PRINTED);
  },
  10 * MINUTES,
);

test(
  'Python: openapi-python-client',
  async () => {
    const programs = await installPython('openapi-python-client', 'test/openapi/python/requirements.txt');
    const generate = [
      'generate',
      '--path',
      'openapi.yaml',
      '--config',
      'test/openapi/python/generator.yaml',
      '--meta',
      'none',
      '--fail-on-warning',
      '--output-path',
      path.join(folder, 'python/lookaside_client'),
    ];
    await mkdir(path.join(folder, 'python'));
    await runOrFail(path.join(programs, 'openapi-python-client'), generate, environment);
    const python = { ...environment, PYTHONPATH: path.join(folder, 'python'), PYTHONDONTWRITEBYTECODE: '1' };
    const output = await runOrFail(path.join(programs, 'python'), ['test/openapi/python/till.py'], python);
    expect(lines(output)).toEqual(PRINTED);
  },
  10 * MINUTES,
);

describe('Java: OpenAPI Generator', () => {
  test(
    'by Maven',
    async () => {
      const lack = await missing();
      if (lack !== undefined) {
        process.stderr.write(`SKIPPED: the Java client: ${lack}\n`);
        return;
      }
      const build = ['--batch-mode', '--quiet', '--file', 'test/openapi/java/pom.xml', `-Dbuild.folder=${folder}/java`];
      // Maven's own environment: a registry's mirror and its settings are there.
      const maven = { ...(process.env as Record<string, string>), ...environment, NODE_OPTIONS: '' };
      expect(lines(await runOrFail('mvn', [...build, 'compile', 'exec:java'], maven))).toEqual(PRINTED);
    },
    15 * MINUTES,
  );

  /** The parts that this machine lacks for it; undefined: none. */
  async function missing(): Promise<string | undefined> {
    for (const [program, parameters] of [
      ['javac', ['-version']],
      ['mvn', ['--version']],
    ] as const) {
      const found = await run(program, parameters, { ...(process.env as Record<string, string>) }).catch(
        () => undefined,
      );
      if (found?.exitCode !== 0) return `there is no ${program} on the PATH`;
    }
    return undefined;
  }
});
