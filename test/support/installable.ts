import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../deploy/process.ts';

/** What some tests need and the project does not depend on: it is installed into .cache/ if it is missing. */
export interface Installable {
  /** With its version. */
  readonly name: string;
  /** Where it is installed. */
  readonly folder: string;
  /** The parts that this machine lacks for it; undefined: none. */
  missing(): Promise<string | undefined>;
  /** Downloads it into an empty folder, which gets its final name afterwards. */
  download(folder: string): Promise<void>;
}

/** @returns why it cannot be installed; undefined: it is installed */
export async function install({ name, folder, missing, download }: Installable): Promise<string | undefined> {
  const lack = await missing();
  if (lack !== undefined || existsSync(folder)) return lack;
  process.stderr.write(`Installs ${name} into ${path.relative('', folder)} …\n`);
  await mkdir(path.dirname(folder), { recursive: true });
  const incomplete = await mkdtemp(`${folder}-`);
  try {
    await download(incomplete);
    await rename(incomplete, folder);
    return undefined;
  } catch (error) {
    return `it could not be downloaded (${error instanceof Error ? error.message : String(error)})`;
  } finally {
    await rm(incomplete, { recursive: true, force: true });
  }
}

/** The output of a program; undefined if it does not exist or fails. */
export async function outputOf(program: string, parameters: readonly string[]): Promise<string | undefined> {
  try {
    const { exitCode, output } = await run(program, parameters, environment());
    return exitCode === 0 ? output : undefined;
  } catch {
    return undefined;
  }
}

/** Installs an npm package with its dependencies, and runs none of their scripts. @throws with npm's last words */
export async function fetchPackage(nameAtVersion: string, folder: string): Promise<void> {
  await fetchBy('npm', [
    'install',
    '--prefix',
    folder,
    '--loglevel=error',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    nameAtVersion,
  ]);
}

/** Runs a program that downloads or builds. @throws with its last words, if it fails */
export async function fetchBy(program: string, parameters: readonly string[]): Promise<void> {
  const { exitCode, output } = await run(program, parameters, environment());
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}: ${lines.find(isError) ?? lines.at(-1)}`);
}

function isError(line: string): boolean {
  return /error/i.test(line);
}

/** Ours: a registry's mirror, a proxy and their certificates are set there. */
function environment(): Record<string, string> {
  return { ...process.env } as Record<string, string>;
}
