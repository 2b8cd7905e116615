import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { end } from '../deploy/process.ts';
import { describeCacheStore, type Engine } from '../functions/adapters/dynamodb/cache-store-contract.ts';
import { describeInstalled } from '../support/describe-installed.ts';
import type { Installable } from '../support/installable.ts';

/** A DynamoDB that is not a dependency of this project. */
export interface InstallableEngine extends Installable {
  start(): Promise<Engine>;
}

/** The folder of an engine, below .cache/. */
export function engineFolder(name: string): string {
  return path.resolve('.cache', 'engines', name);
}

/** Runs the store's contract on an engine. An engine that is installed and does not start is an error everywhere. */
export async function describeCacheStoreOn(engine: InstallableEngine): Promise<void> {
  await describeInstalled("the cache store's contract", engine, () =>
    describeCacheStore(engine.name, () => engine.start()),
  );
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
