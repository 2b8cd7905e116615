import { ModuleMocker } from 'jest-mock';

/**
 * The tests' environment: Node itself, without the context of its own that Jest makes for each test file. It gives the
 * next test file the environment variables that this one began with.
 *
 * The file is `.mts` because Jest imports such a file. It requires a `.ts` file, and changes the loader for that.
 */
export default class NodeItself {
  /** Jest puts its console here; the tests have Node's. */
  readonly global = {};
  readonly moduleMocker = new ModuleMocker(globalThis);
  /** The process's own object: only its changes reach Node, such as that of the time zone. A test may replace it. */
  readonly #environment = process.env;
  #variables: NodeJS.ProcessEnv = {};

  getVmContext(): null {
    return null;
  }

  async setup(): Promise<void> {
    this.#variables = { ...process.env };
  }

  async teardown(): Promise<void> {
    process.env = this.#environment;
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
  }
}
