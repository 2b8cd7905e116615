/**
 * Jest's global set-up of the system tests: has one process synthesize the environments under test, for all test files,
 * while the first of them run. The name of the file with the templates is a digest of everything that they depend on. So
 * the next run can use the file again.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readImportGraph } from '../support/import-graph.ts';
import { failureFileOf } from './templates.ts';

const PROGRAM = 'test/infra/write-templates.ts';
const FOLDER = '.cache/templates';
const DAY_MS = 86_400_000;

export default async function shareTemplates(): Promise<void> {
  const file = resolve(FOLDER, `${await keyOf(PROGRAM)}.json`);
  process.env.SHARED_TEMPLATES = file;
  if (existsSync(file)) return;
  mkdirSync(FOLDER, { recursive: true });
  removeOld();
  rmSync(failureFileOf(file), { force: true });
  const { NODE_OPTIONS: _, ...environment } = process.env;
  // A run whose tests need no template does not wait for the process.
  spawn(process.execPath, [PROGRAM, file], { env: environment, stdio: 'ignore' }).unref();
}

/** Another run may use a young file. */
function removeOld(): void {
  for (const name of readdirSync(FOLDER)) {
    const file = resolve(FOLDER, name);
    if (statSync(file).mtimeMs < Date.now() - DAY_MS) rmSync(file);
  }
}

/** A digest of all that the program's output depends on: its own files, the packages and the CLI's context. */
async function keyOf(program: string): Promise<string> {
  const graph = await readImportGraph([program]);
  const digest = createHash('sha256').update(process.version);
  for (const file of [...graph.keys(), 'cdk.json', 'package-lock.json'].sort()) digest.update(readFileSync(file));
  return digest.digest('hex').slice(0, 32);
}
