import { existsSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { plainEnvironment, runOrFail } from '../deploy/process.ts';

/**
 * Installs Python packages from PyPI into their own environment below .cache/, if they are missing or differ from the
 * list.
 * @param name the environment's folder
 * @param requirements a file in pip's format, with exact versions
 * @returns the folder of the packages' programs
 * @throws with pip's own words if they cannot be installed
 */
export async function installPython(name: string, requirements: string): Promise<string> {
  const environment = path.resolve('.cache', name);
  const programs = path.join(environment, 'bin');
  const installed = path.join(environment, 'requirements.txt');
  if (existsSync(installed) && (await readFile(installed, 'utf8')) === (await readFile(requirements, 'utf8'))) {
    return programs;
  }
  await runOrFail('python3', ['-m', 'venv', '--clear', environment], plainEnvironment());
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
  // Ours: a registry's mirror, a proxy and their certificates are set there.
  await runOrFail(path.join(programs, 'python'), pip, { ...process.env } as Record<string, string>);
  await copyFile(requirements, installed);
  return programs;
}
