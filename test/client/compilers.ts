import path from 'node:path';
import { runOrFail } from '../deploy/process.ts';

/** A compiler that checks the client's types. */
export interface Compiler {
  readonly version: string;
  /** Brings it into a folder. @returns the path of its program */
  install(folder: string, environment: Readonly<Record<string, string>>): Promise<string>;
  /** The options that it needs to compile today's JavaScript. */
  readonly settings: readonly string[];
}

const OLDER = '5.9.3';

/** The project's own, with its default settings, and the last one that was written in JavaScript. */
export const COMPILERS: readonly Compiler[] = [
  {
    version: '7',
    install: async () => path.resolve('node_modules/typescript/bin/tsc'),
    // Not a setting of the program: the configuration of the folder that the compiler runs in is not the program's.
    settings: ['--ignoreConfig'],
  },
  {
    version: OLDER,
    install: async (folder, environment) => {
      const prefix = path.join(folder, 'older-typescript');
      const install = ['install', '--prefix', prefix, '--no-audit', '--no-fund', `typescript@${OLDER}`];
      await runOrFail('npm', install, environment);
      return path.join(prefix, 'node_modules/typescript/bin/tsc');
    },
    // By default it writes ECMAScript 5, which has no `await`, and checks little.
    settings: ['--module', 'nodenext', '--target', 'es2022', '--strict', '--exactOptionalPropertyTypes'],
  },
];
