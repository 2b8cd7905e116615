/**
 * Jest's global set-up of the system tests: for each result that many test files need, it has one process make the
 * result, while the first test files run. The name of a result's file is a digest of everything that the results depend
 * on. So the next run can use the file again.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readImportGraph } from '../support/import-graph.ts';
import { failureFileOf, SHARED_RESULTS, type SharedResult, variableOf } from './shared-result.ts';

const PROGRAM = 'test/infra/write-result.ts';
const FOLDER = '.cache/results';
const DAY_MS = 86_400_000;

export default async function shareResults(): Promise<void> {
  const key = await keyOf(PROGRAM);
  mkdirSync(FOLDER, { recursive: true });
  for (const result of SHARED_RESULTS) share(result, resolve(FOLDER, `${key}.${result}.json`));
}

function share(result: SharedResult, file: string): void {
  process.env[variableOf(result)] = file;
  if (existsSync(file)) return;
  removeOld();
  rmSync(failureFileOf(file), { force: true });
  const { NODE_OPTIONS: _, ...environment } = process.env;
  // A run whose tests need no result does not wait for the process.
  spawn(process.execPath, [PROGRAM, result, file], { env: environment, stdio: 'ignore' }).unref();
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
