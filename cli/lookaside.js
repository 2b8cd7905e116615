#!/usr/bin/env node
/**
 * `npx lookaside <command>`. This file is JavaScript, so that any Node starts it. If that Node cannot run the command line
 * itself, the Node that the project installs runs it. `cli/` is an npm workspace, because npm does not link the `bin` of
 * the root.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';

/** The oldest Node that runs the project's TypeScript as it is. */
const OLDEST_MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) {
  // The next start does not compile the same code again. An older Node does not export this function.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(path.join(import.meta.dirname, '../.cache/node'));
  await import('./main.ts');
} else {
  const node = projectNode();
  if (node === undefined) {
    process.stderr.write(
      `error: this is Node.js ${process.versions.node}; allowed is ${OLDEST_MAJOR} or newer, and the one that the project brings is ` +
        'not installed. Run npm ci in the project.\n',
    );
    process.exitCode = 1;
  } else {
    passOn(node);
  }
}

/** The Node that `npm ci` puts into the project; undefined: it does not exist. */
function projectNode() {
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const file = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} node */
function passOn(node) {
  const child = spawn(node, [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    process.stderr.write(`error: ${node} does not start (${error.message}). Run npm ci in the project.\n`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}
