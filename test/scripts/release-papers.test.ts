import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { licencesText } from '../../scripts/release-papers/licences.ts';
import { releaseNotes } from '../../scripts/release-papers/notes.ts';
import { sbomOf } from '../../scripts/release-papers/sbom.ts';
import { run } from '../deploy/process.ts';

// Tests that the papers of a release describe the deployed packages.

/** Licences that let us pass a package on, with its text beside it. For another licence a person must decide. */
const ALLOWED = ['Apache-2.0', 'MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause'];

describe('npm run release:papers', () => {
  let out: string;
  beforeAll(async () => {
    out = await mkdtemp(path.join(tmpdir(), 'lookaside-papers-test-'));
    // No registry answers here: the papers come from what is installed.
    const offline = { ...(process.env as Record<string, string>), npm_config_registry: 'http://127.0.0.1:9' };
    const done = await run(process.execPath, ['scripts/release-papers.ts', '--out', out], offline);
    expect(done).toMatchObject({ exitCode: 0, output: expect.stringContaining('sbom.cdx.json') });
  });
  afterAll(() => rm(out, { recursive: true }));

  const read = (file: string) => readFile(path.join(out, file), 'utf8');
  const idsOf = (sbom: { components: { name: string; version: string }[] }) =>
    sbom.components.map(({ name, version }) => `${name} ${version}`);

  test('lists the deployed packages as CycloneDX: those of the bundles, with licence and hash, and no tool', async () => {
    const sbom = JSON.parse(await read('sbom.cdx.json'));
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'lookaside' } } });
    const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
    const direct = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
    expect(idsOf(sbom)).toEqual(expect.arrayContaining(direct));
    expect(sbom.components.filter(({ hashes }: { hashes?: unknown[] }) => !hashes?.length)).toEqual([]);
    expect(idsOf(sbom).filter((id) => /^(jest|aws-cdk|esbuild|typescript|dynalite) /.test(id))).toEqual([]);
    const refs = new Set(sbom.components.map((each: { 'bom-ref': string }) => each['bom-ref']));
    refs.add(sbom.metadata.component['bom-ref']);
    const named = sbom.dependencies.flatMap((each: { ref: string; dependsOn: string[] }) => [
      each.ref,
      ...each.dependsOn,
    ]);
    expect(named.filter((ref: string) => !refs.has(ref))).toEqual([]);
  });

  test('lists every other installed package', async () => {
    const deployed = idsOf(JSON.parse(await read('sbom.cdx.json')));
    const all = idsOf(JSON.parse(await read('sbom-development.cdx.json')));
    expect(all).toEqual(expect.arrayContaining(deployed));
    expect(all.some((id) => id.startsWith('aws-cdk-lib '))).toBe(true);
  });

  test('has an allowed licence for each package, and its text', async () => {
    const [list = ''] = (await read('licences.txt')).split(/^-{80}$/m);
    const lines = list.trim().split('\n').slice(2);
    expect(lines.map((line) => line.split(': ')[0])).toEqual(idsOf(JSON.parse(await read('sbom.cdx.json'))).sort());
    expect(lines.filter((line) => !ALLOWED.includes(line.split(': ')[1] ?? ''))).toEqual([]);
    expect(await read('licences.txt')).toContain('Permission is hereby granted, free of charge');
    expect(await read('licences.txt')).toContain('Apache License');
  });
});

const ALL = {
  metadata: { component: { name: 'a-folder', 'bom-ref': 'lookaside@1' } },
  components: [
    { 'bom-ref': '@s/a@1', purl: 'pkg:npm/%40s/a@1' },
    { 'bom-ref': 'b@1', purl: 'pkg:npm/b@1' },
    { 'bom-ref': 'b@2', purl: 'pkg:npm/b@2' },
  ],
  dependencies: [
    { ref: 'lookaside@1', dependsOn: ['@s/a@1', 'b@1'] },
    { ref: '@s/a@1', dependsOn: ['b@2'] },
    { ref: 'b@1', dependsOn: [] },
  ],
};

describe('an SBOM of some packages', () => {
  test('holds these packages and their dependencies on each other, under the name of the project', () => {
    expect(
      sbomOf(ALL, 'lookaside', [
        { name: '@s/a', version: '1' },
        { name: 'b', version: '2' },
      ]),
    ).toEqual({
      metadata: { component: { name: 'lookaside', 'bom-ref': 'lookaside@1' } },
      components: [ALL.components[0], ALL.components[2]],
      dependencies: [
        { ref: 'lookaside@1', dependsOn: ['@s/a@1'] },
        { ref: '@s/a@1', dependsOn: ['b@2'] },
      ],
    });
  });

  test('is refused if a package is unknown: an incomplete paper is worthless', () => {
    expect(() => sbomOf(ALL, 'lookaside', [{ name: 'b', version: '3' }])).toThrow('npm sbom does not list pkg:npm/b@3');
  });
});

test('a text that several packages share stands once; a package without a text is named', () => {
  const text = licencesText([
    { name: 'a', version: '1', licence: 'MIT', text: 'Do as you like.\n' },
    { name: 'b', version: '2', licence: '', text: undefined },
    { name: 'c', version: '3', licence: 'MIT', text: 'Do as you like.' },
  ]);
  expect(text.split('Do as you like.')).toHaveLength(2);
  expect(text).toContain('a 1\nc 3\n\nDo as you like.');
  expect(text).toContain('b 2: no licence named');
  expect(text).toContain('b 2\n\nThe package has no text with it.');
});

describe('the notes of a release', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n### Added\n\n- New.\n\n## 1.2.0 – 2026-11-01\n\n- Old.\n\n## [1.1.0]\n\n- Older.\n';

  test.each([
    ['1.2.0', '- Old.\n'],
    ['1.1.0', '- Older.\n'],
    ['1.3.0', '### Added\n\n- New.\n'],
  ])('%s', (version, notes) => {
    expect(releaseNotes(changelog, version)).toBe(notes);
  });

  test('are refused if the changelog has none', () => {
    expect(() => releaseNotes('# Changelog\n', '1.0.0')).toThrow('no section of 1.0.0');
  });

  test('are those of CHANGELOG.md', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(releaseNotes(await readFile('CHANGELOG.md', 'utf8'), version)).toMatch(/^### Added\n\n- /);
  });
});
