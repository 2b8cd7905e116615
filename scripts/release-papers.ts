import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundledSources } from '../infra/bundle.ts';
import { makeFolder } from '../local/make-folder.ts';
import { bundledPackages } from './release-papers/bundled-packages.ts';
import { licencesText } from './release-papers/licences.ts';
import { releaseNotes } from './release-papers/notes.ts';
import { type Sbom, sbomOf } from './release-papers/sbom.ts';
import { scriptOptions } from './script-options.ts';

// Writes the papers of a release: `npm run release:papers -- --out FOLDER`. It needs no network.
//
// - sbom.cdx.json: the deployed packages, in CycloneDX
// - sbom-development.cdx.json: everything that `npm ci` installs
// - licences.txt: the licence of each package that is deployed, with its text
// - notes.md: CHANGELOG.md's section of this version

const { out = '.cache/release' } = scriptOptions('release:papers', { out: { type: 'string' } });
const packages = await bundledPackages(await bundledSources('IN'));
const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format=cyclonedx'], { maxBuffer: 2 ** 26 });
const all = JSON.parse(stdout) as Sbom;
const { name, version } = JSON.parse(await readFile('package.json', 'utf8')) as { name: string; version: string };
await makeFolder(out);
const papers = {
  'sbom.cdx.json': json(sbomOf(all, name, packages)),
  'sbom-development.cdx.json': json(sbomOf(all, name)),
  'licences.txt': licencesText(packages),
  'notes.md': releaseNotes(await readFile('CHANGELOG.md', 'utf8'), version),
};
for (const [file, text] of Object.entries(papers)) await writeFile(path.join(out, file), text);
process.stdout.write(`${out}: ${Object.keys(papers).join(', ')}, of ${packages.length} packages that are deployed.\n`);

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
