import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

// Tests the files that the host of the repository and an editor read.

const WORKFLOWS = globSync('.github/workflows/*.yml').sort();
const read = (file: string) => readFileSync(file, 'utf8');
const { scripts, engines } = JSON.parse(read('package.json'));

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly steps: readonly Step[];
        readonly permissions?: Readonly<Record<string, string>>;
        readonly 'timeout-minutes'?: number;
      }
    >
  >;
}
const workflow = (file: string) => parse(read(file)) as Workflow;
const stepsOf = (file: string) => Object.values(workflow(file).jobs).flatMap(({ steps }) => steps);

test('the repository has a workflow for every change, and one for a release', () => {
  expect(WORKFLOWS).toEqual(['.github/workflows/check.yml', '.github/workflows/release.yml']);
});

describe.each(WORKFLOWS)('%s', (file) => {
  test('runs every required check', () => {
    expect(stepsOf(file).filter(({ run }) => run?.endsWith(' .ci/run'))).toHaveLength(1);
  });

  test("uses only GitHub's own actions, by their full version", () => {
    const used = stepsOf(file).flatMap(({ uses }) => uses ?? []);
    expect(used).not.toEqual([]);
    expect(used.filter((uses) => !/^actions\/[\w-]+@v\d+\.\d+\.\d+$/.test(uses))).toEqual([]);
  });

  test('has read access only, except for the job that makes the release; it holds no secret', () => {
    expect(workflow(file).permissions).toEqual({ contents: 'read' });
    const more = Object.entries(workflow(file).jobs).filter(([, { permissions }]) => permissions !== undefined);
    expect(more.map(([name]) => name)).toEqual(file.includes('release') ? ['release'] : []);
    expect(read(file)).not.toMatch(/secrets\s*[.[]/);
  });

  test('has a time limit for each job, and names only npm scripts that exist', () => {
    for (const job of Object.values(workflow(file).jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
    const named = stepsOf(file).flatMap(({ run }) => /\bnpm run ([\w:-]+)/.exec(run ?? '')?.[1] ?? []);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

test('the forms for issues have a name, a description and fields with ids of their own', () => {
  const forms = globSync('.github/ISSUE_TEMPLATE/*.yml');
  expect(forms.length).toBeGreaterThan(1);
  for (const file of forms) {
    const { name, description, body } = parse(read(file)) as {
      name: string;
      description: string;
      body: { type: string; id?: string; attributes: { label?: string; value?: string } }[];
    };
    expect([name, description].every((text) => text.length > 0)).toBe(true);
    const ids = body.filter(({ type }) => type !== 'markdown').map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).not.toContain(undefined);
    for (const { attributes } of body) expect(attributes.label ?? attributes.value).toMatch(/\w/);
  }
});

test('the development container brings and installs a Node that the project allows: the one of .nvmrc', () => {
  const { features, postCreateCommand, forwardPorts } = JSON.parse(read('.devcontainer/devcontainer.json'));
  const { version } = features['ghcr.io/devcontainers/features/node:1'];
  expect(version).toBe(read('.nvmrc').trim());
  expect(Number(version)).toBeGreaterThanOrEqual(Number(/^>=(\d+)/.exec(engines.node)?.[1]));
  expect(postCreateCommand).toBe('npm ci');
  expect(forwardPorts).toEqual([3000]);
});

test('the command line says the version of the project: lookaside --version prints that of cli/package.json', () => {
  const versionIn = (file: string) => JSON.parse(read(file)).version;
  expect(versionIn('cli/package.json')).toBe(versionIn('package.json'));
});

test('SECURITY.md and the templates name only files that exist', () => {
  const text = ['SECURITY.md', ...globSync('.github/**/*.{md,yml}')].map(read).join('\n');
  const named = [...text.matchAll(/\b(?:docs\/)?[\w-]+\.md\b/g)].map(([file]) => file);
  expect(named.filter((file) => !existsSync(file) && !/^(notes|pull_request_template)\.md$/.test(file))).toEqual([]);
  expect(named).toContain('docs/security.md');
});
