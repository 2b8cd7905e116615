/**
 * Jest's global set-up of the system tests: synthesizes the environments under test in one process, for all test files.
 * The name of the file with the templates is a digest of everything that they depend on. So the next run can use the
 * file again.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readImportGraph } from '../support/import-graph.ts';

const PROGRAM = 'test/infra/write-templates.ts';
const FOLDER = '.cache/templates';
const DAY_MS = 86_400_000;

export default async function shareTemplates(): Promise<void> {
  try {
    process.env.SHARED_TEMPLATES = await findOrWriteTemplates();
  } catch (error) {
    // Tests that need no template still run.
    process.env.SHARED_TEMPLATES_FAILURE = String(error);
  }
}

/** The file that holds the templates. */
async function findOrWriteTemplates(): Promise<string> {
  const file = resolve(FOLDER, `${await keyOf(PROGRAM)}.json`);
  if (existsSync(file)) return file;
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const syntheses = execFileSync(process.execPath, [PROGRAM], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  mkdirSync(FOLDER, { recursive: true });
  removeOld();
  // The file is written whole or not at all: another run may look for it at this moment.
  const written = `${file}.${process.pid}`;
  writeFileSync(written, syntheses);
  renameSync(written, file);
  return file;
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
