import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A package of others in the deployed bundles. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As the package says it: an SPDX expression. Empty: it says nothing. */
  readonly licence: string;
  /** The text of its licence. Undefined: the package has none with it. */
  readonly text: string | undefined;
}

const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^licen[cs]e([.-].*)?$/i;

/**
 * The packages of these files, each once, by name and version.
 * @param sources paths from the project's root
 */
export async function bundledPackages(sources: readonly string[]): Promise<readonly BundledPackage[]> {
  const folders = new Set(sources.flatMap((source) => PACKAGE_FOLDER.exec(source)?.[1] ?? []));
  const packages = await Promise.all([...folders].map(readPackage));
  const byId = new Map(packages.map((each) => [`${each.name}@${each.version}`, each]));
  return [...byId].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, each]) => each);
}

async function readPackage(folder: string): Promise<BundledPackage> {
  const {
    name,
    version,
    license = '',
  } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = (await readdir(folder)).find((each) => LICENCE_FILE.test(each));
  const text = file === undefined ? undefined : await readFile(path.join(folder, file), 'utf8');
  return { name, version, licence: license, text };
}
