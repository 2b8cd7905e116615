import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { say } from '../progress.ts';

const run = promisify(execFile);

/** The folder of the installed peers. They are not dependencies of the project: `npm ci` does not install them. */
const FOLDER = path.resolve(import.meta.dirname, '../../.cache/peers');

/** The packages of the libraries, with the versions that are measured. */
export const PACKAGES: Readonly<Record<string, string>> = {
  '@aws-lambda-powertools/idempotency': '2.35.0',
  '@aws-sdk/client-dynamodb': '3.1162.0',
  '@aws-sdk/lib-dynamodb': '3.1162.0',
  '@keyv/dynamo': '1.2.4',
  bentocache: '1.6.1',
  cacheable: '2.5.0',
  keyv: '5.6.0',
};

/** The imports of each library's server. The file is beside the packages, so that it finds them. */
const EXPORTS: Readonly<Record<string, readonly string[]>> = {
  bentocache: ['bentocache', 'bentocache/drivers/dynamodb', 'bentocache/drivers/memory'],
  cacheable: ['cacheable', '@keyv/dynamo'],
  powertools: ['@aws-lambda-powertools/idempotency', '@aws-lambda-powertools/idempotency/dynamodb'],
};

/** The programs of Debian that are measured, with their packages. */
const PROGRAMS = { nginx: 'nginx', varnishd: 'varnish' } as const;
/** A program that a peer needs. */
export type Program = keyof typeof PROGRAMS;

/**
 * Installs the libraries by npm and the programs by apt-get, where they are missing.
 *
 * @returns the programs that are there
 */
export async function installPeers(): Promise<ReadonlySet<Program>> {
  await installLibraries();
  const there = new Set<Program>();
  for (const [program, name] of Object.entries(PROGRAMS) as [Program, string][]) {
    if (!(await isThere(program)) && process.getuid?.() === 0) {
      say(`peers: apt-get installs ${name}`);
      await run('apt-get', ['install', '--yes', '--quiet', name]).catch(() => undefined);
    }
    if (await isThere(program)) there.add(program);
    else say(`peers: ${program} is skipped: it is not installed. apt-get install ${name}, as root`);
  }
  return there;
}

async function installLibraries(): Promise<void> {
  const manifest = JSON.stringify({ private: true, type: 'module', dependencies: PACKAGES });
  const file = path.join(FOLDER, 'package.json');
  if (existsSync(path.join(FOLDER, 'node_modules')) && (await readFile(file, 'utf8')) === manifest) return;
  say('peers: npm installs the libraries into .cache/peers');
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, manifest);
  for (const [name, modules] of Object.entries(EXPORTS)) {
    await writeFile(libraryFile(name), modules.map((each) => `export * from '${each}';\n`).join(''));
  }
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: FOLDER });
}

/** The module that brings a library. */
export function libraryFile(name: string): string {
  return path.join(FOLDER, `${name}.js`);
}

async function isThere(program: Program): Promise<boolean> {
  // nginx and varnishd are where only root's PATH leads.
  const { PATH = '' } = process.env;
  return [...PATH.split(':'), '/usr/sbin'].some((folder) => existsSync(path.join(folder, program)));
}
