import { existsSync } from 'node:fs';
import path from 'node:path';
import { fetchBy, fetchPackage, type Installable, outputOf } from '../support/installable.ts';

// AWS's own client of the runtime API for Node.js: the program that loads a function on Lambda, gives it the events and
// takes its answers (https://github.com/aws/aws-lambda-nodejs-runtime-interface-client). Not a dependency of ours: npm
// has only its sources of C++, and building them takes a minute.

const PACKAGE = 'aws-lambda-ric';
const VERSION = '4.0.2';
const folder = path.resolve('.cache', 'runtime', `${PACKAGE}-${VERSION}`);
const packageIn = (parent: string) => path.join(parent, 'node_modules', PACKAGE);

/** The program that runs on Lambda before a function: a module for Node. */
export const RUNTIME_CLIENT = path.join(packageIn(folder), 'index.mjs');

/** What builds its C++. */
const BUILDERS = ['cmake', 'g++', 'make', 'python3', 'xz'];

export const runtimeClient: Installable = {
  name: `AWS's runtime client ${VERSION}`,
  folder,
  missing: async () => {
    if (existsSync(folder)) return undefined;
    if (process.platform !== 'linux') return `it does not run on ${process.platform}`;
    for (const builder of BUILDERS) {
      if ((await outputOf(builder, ['--version'])) === undefined) {
        return `there is no ${builder} on the PATH; its build needs ${BUILDERS.join(', ')}`;
      }
    }
    return undefined;
  },
  download: async (to) => {
    await fetchPackage(`${PACKAGE}@${VERSION}`, to);
    // By hand, because npm asks before it runs a package's scripts.
    for (const script of ['preinstall.sh', 'postinstall.sh']) {
      await fetchBy('sh', [path.join(packageIn(to), 'scripts', script)]);
    }
  },
};
