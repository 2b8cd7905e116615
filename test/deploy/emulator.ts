import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bench/free-port.ts';
import { installPython } from '../support/python-environment.ts';
import { end, plainEnvironment } from './process.ts';

const REGION = 'eu-west-1';
const START_TIMEOUT_MS = 60_000;

/**
 * Ministack, an emulator of AWS (PyPI, MIT), on a free port of loopback. It runs CloudFormation, and the REST API, the
 * functions and the table of the stack. Its state survives a restart, so that IAM can be enforced from some moment on.
 */
export class Emulator {
  readonly url: string;
  /** The options with which a program uses the emulator as AWS; the credentials are the emulator's administrator. */
  readonly environment: Readonly<Record<string, string>>;

  readonly #executable: string;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(executable: string, folder: string, port: number) {
    this.#executable = executable;
    this.#folder = folder;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.environment = {
      ...plainEnvironment(),
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      HOME: folder,
      CDK_HOME: folder,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    };
  }

  /** Installs it into .cache/ if it is missing, and gives it a folder for its state. */
  static async prepare(): Promise<Emulator> {
    const programs = await installPython('ministack', 'test/deploy/requirements.txt');
    // Not below our package.json: the emulator's own scripts, which it writes there, would count as ES modules.
    const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-deployment-'));
    return new Emulator(path.join(programs, 'ministack'), folder, await freePort());
  }

  /**
   * Starts it, with the state that it had when it stopped.
   * @param enforcesIam whether every call, the functions' too, needs a signature and a policy that allows it. Not
   * during a deployment: the emulator refuses the roles that `cdk bootstrap` makes, because it ignores the conditions
   * of their policies
   */
  async start({ enforcesIam }: { readonly enforcesIam: boolean }): Promise<void> {
    const log = await open(this.#logFile, 'a');
    this.#process = spawn(this.#executable, {
      stdio: ['ignore', log.fd, log.fd],
      env: {
        ...plainEnvironment(),
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        MINISTACK_REGION: REGION,
        GATEWAY_PORT: String(this.#port),
        AUTH: String(enforcesIam),
        PERSIST_STATE: '1',
        STATE_DIR: path.join(this.#folder, 'state'),
        S3_PERSIST: '1',
        S3_DATA_DIR: path.join(this.#folder, 's3'),
        TMPDIR: this.#folder,
      },
    });
    await log.close();
    await this.#untilReady(this.#process);
  }

  async stop(): Promise<void> {
    if (this.#process) await end(this.#process);
    this.#process = undefined;
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Its log: it shows why something failed. */
  async log(): Promise<string> {
    return readFile(this.#logFile, 'utf8');
  }

  /** A file of ours that is removed together with the emulator. */
  fileAt(name: string): string {
    return path.join(this.#folder, name);
  }

  get #logFile(): string {
    return path.join(this.#folder, 'emulator.log');
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) break;
      const isReady = await fetch(`${this.url}/_ministack/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return;
      await sleep(100);
    }
    throw new Error(`The emulator did not start:\n${(await this.log()).slice(-4000)}`);
  }
}
