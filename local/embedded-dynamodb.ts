import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { KEEP_ALIVE_MS } from '../simulator/keep-alive.ts';
import { makeFolder } from './make-folder.ts';
import { StartError } from './start-error.ts';

/** A DynamoDB in this process (dynalite). */
export interface EmbeddedDynamoDb {
  /** `http://127.0.0.1:<port>`, for AWS_ENDPOINT_URL_DYNAMODB of this process and of others. */
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Starts a DynamoDB on 127.0.0.1.
 *
 * @param dataDir folder that keeps its tables; undefined: they are kept in memory
 * @param port TCP port. Default: 0, any free one
 * @throws {StartError} if the folder cannot be used
 */
export async function startEmbeddedDynamoDb(dataDir: string | undefined, port = 0): Promise<EmbeddedDynamoDb> {
  const path = dataDir === undefined ? undefined : await prepareFolder(dataDir);
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ createTableMs: 0, ...(path !== undefined && { path }) });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((started, failed) => {
    server.once('error', failed);
    server.listen(port, HOST, started);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed, failed) => {
        server.close((error) => (error ? failed(error) : closed()));
        // Clients keep their connections open.
        server.closeAllConnections();
      }),
  };
}

/** The part of dynalite's own storage engine that is used here. */
interface LevelModule {
  readonly Level: new (path: string) => { open(): Promise<void>; close(): Promise<void> };
}

/** Profiles are in the folder: other users of the machine must not read them. */
const OWNER_ONLY = 0o700;

/**
 * Opens the folder once before dynalite does. An error that dynalite throws there cannot be caught.
 */
async function prepareFolder(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  try {
    await makeFolder(path, OWNER_ONLY);
    const require = createRequire(import.meta.resolve('dynalite'));
    const { Level } = require('level') as LevelModule;
    const level = new Level(path);
    await level.open();
    await level.close();
  } catch (error) {
    const code = codeOf(error);
    const reason = code === 'LEVEL_LOCKED' ? 'another process uses it' : `it cannot be used (${code})`;
    throw new StartError(
      `DATA_DIR is ${JSON.stringify(dataDir)}, but ${reason}; allowed is a folder that this process may write and that no ` +
        'other uses. To share a store, set AWS_ENDPOINT_URL_DYNAMODB to the address that the other process printed.',
      { cause: error },
    );
  }
  return path;
}

/** The code of an error: the storage engine's own, or that of its cause, which is more exact. */
function codeOf(error: unknown): string {
  const { code, cause, message } = error as { code?: string; cause?: { code?: string }; message?: string };
  return cause?.code ?? code ?? message ?? String(error);
}
