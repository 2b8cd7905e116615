import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from '@jest/globals';
import { end, run } from '../deploy/process.ts';
import { describeCacheStore, type Engine } from '../functions/adapters/dynamodb/cache-store-contract.ts';

/** A DynamoDB that is not a dependency of this project: it is installed into .cache/ if it is missing. */
export interface InstallableEngine {
  /** With its version. */
  readonly name: string;
  /** Where it is installed. */
  readonly folder: string;
  /** The parts that this machine lacks for it; undefined: none. */
  missing(): Promise<string | undefined>;
  /** Downloads it into an empty folder. */
  download(folder: string): Promise<void>;
  start(): Promise<Engine>;
}

/** The folder of an engine, below .cache/. */
export function engineFolder(name: string): string {
  return path.resolve('.cache', 'engines', name);
}

/**
 * Runs the store's contract on an engine. If the engine cannot be installed, the test says so and is skipped; in CI
 * (CI=true) that is an error. An engine that is installed and does not start is an error everywhere.
 */
export async function describeCacheStoreOn(engine: InstallableEngine): Promise<void> {
  const problem = await install(engine);
  if (problem === undefined) {
    process.stderr.write(`RUN: the cache store's contract on ${engine.name}\n`);
    describeCacheStore(engine.name, () => engine.start());
    return;
  }
  process.stderr.write(`SKIPPED: the cache store's contract on ${engine.name}: ${problem}\n`);
  describe(`the cache store on ${engine.name}`, () => {
    if (process.env.CI === 'true') {
      test('is not skipped in CI', () => {
        throw new Error(problem);
      });
    } else test.skip(`SKIPPED: ${problem}`, () => {});
  });
}

/** @returns why it cannot be installed; undefined: it is installed */
async function install({ folder, missing, download }: InstallableEngine): Promise<string | undefined> {
  const lack = await missing();
  if (lack !== undefined || existsSync(folder)) return lack;
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

/** Runs a program that downloads. @throws with its last words, if it fails */
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

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/;

/** Starts a program that prints its address, and waits for that. */
export async function startEngine(program: string, parameters: readonly string[]): Promise<Engine> {
  const child = spawn(program, parameters, { stdio: 'pipe' });
  try {
    return { url: await printedAddress(child, program), close: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

function printedAddress(child: ChildProcess, program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      const [address] = ADDRESS.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`${program} ended with ${code}:\n${output.slice(-4000)}`)));
  });
}
