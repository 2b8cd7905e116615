/**
 * `npm run test:browser`: uses the console in a real browser, like a person with a mouse and a person with a keyboard.
 * It needs Chromium: that of CHROMIUM or of PATH, or Debian's, which it installs if it may (as root, with apt-get).
 * Without Chromium it says so and is skipped. playwright-core and axe-core go below .cache/: nothing else needs them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { refuse } from '../../scripts/script-options.ts';
import { INSTALLED } from './installed.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MANIFEST = 'test/browser/packages.json';

const tests = testFiles(process.argv.slice(2));
const chromium = findChromium() ?? installChromium();
if (chromium === undefined) {
  process.stdout.write(
    'SKIPPED: there is no Chromium here, and apt-get cannot install it. Set CHROMIUM to the path of one.\n',
  );
} else {
  installPackages();
  const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...tests], {
    stdio: 'inherit',
    env: { ...process.env, CHROMIUM: chromium },
  });
  process.exitCode = status ?? 1;
}

/** @param names the tests to run, such as `kiosk`; none: all. An unknown name ends the process: node would run all. */
function testFiles(names: readonly string[]): readonly string[] {
  const known = globSync('test/browser/*.browser.ts').sort();
  const unknown = names.filter((name) => !known.includes(fileOf(name)));
  if (unknown.length > 0) {
    const all = known.map((file) => path.basename(file, '.browser.ts'));
    refuse(`There is no test ${unknown.join(', ')}.`, `Usage: npm run test:browser -- [${all.join('] [')}]`);
  }
  return names.length === 0 ? known : names.map(fileOf);
}

function fileOf(name: string): string {
  return `test/browser/${name}.browser.ts`;
}

function findChromium(): string | undefined {
  const given = process.env.CHROMIUM;
  if (given) return given;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file));
}

function installChromium(): string | undefined {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return undefined;
  process.stdout.write('Installing Chromium with apt-get…\n');
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'] as const,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'],
  ]) {
    if (spawnSync('apt-get', args, { ...options, stdio: [...options.stdio] }).status !== 0) return undefined;
  }
  return findChromium();
}

/** Installs the packages of the manifest that are missing or have another version. */
function installPackages(): void {
  const installed = path.join(INSTALLED, 'installed.json');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(MANIFEST, 'utf8')) return;
  mkdirSync(INSTALLED, { recursive: true });
  copyFileSync(MANIFEST, path.join(INSTALLED, 'package.json'));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'], {
    cwd: INSTALLED,
    stdio: 'inherit',
  });
  copyFileSync(MANIFEST, installed);
}
