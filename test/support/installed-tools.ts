import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { runOrFail } from '../deploy/process.ts';

const LOCK_FILE = 'package-lock.json';

/**
 * Installs the npm packages of a folder below .cache/, if they are missing or differ from its lock file.
 * @param name the folder below .cache/
 * @param from the folder with package.json and package-lock.json
 * @param say gets a sentence if they are missing, before they are installed
 * @returns the folder in which they are installed
 * @throws with npm's own words if they cannot be installed
 */
export async function installTools(
  name: string,
  from: string,
  say: (sentence: string) => unknown = () => undefined,
): Promise<string> {
  const folder = path.resolve('.cache', name);
  const installed = path.join(folder, 'installed.json');
  const wanted = await readFile(path.join(from, LOCK_FILE), 'utf8');
  if (existsSync(installed) && (await readFile(installed, 'utf8')) === wanted) return folder;
  say(`Installs the packages of ${from} into .cache/${name} …`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of ['package.json', LOCK_FILE]) await copyFile(path.join(from, file), path.join(folder, file));
  const install = ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts'];
  // npm's own environment: a registry's mirror, a proxy and their certificates are set there.
  await runOrFail('npm', install, { ...process.env, NODE_OPTIONS: '' } as Record<string, string>);
  await copyFile(path.join(from, LOCK_FILE), installed);
  return folder;
}
