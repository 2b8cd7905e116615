import { beforeAll, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../cli/commands.ts';
import { type ImportGraph, readImportGraph, waysTo } from '../support/import-graph.ts';

// A command line loads the code of its command only. Loading is most of the time that a short command takes.

const MAIN = 'cli/main.ts';
const fileOf = (command: string) => `cli/${command}/run-${command}.ts`;

/** The packages that a command needs in any case, besides the parser of the command line. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  cost: [],
  doctor: ['libphonenumber-js'],
  drift: [],
  forecast: [],
  keys: [],
  lookup: [],
  peek: [],
  purge: ['@smithy/signature-v4'],
  secret: ['@aws-sdk/client-secrets-manager'],
  smoke: ['@smithy/signature-v4'],
  trigger: [],
  watch: [],
};

const PACKAGE = /^(?!node:)(?!.*\.[jt]s$)/;
const FILE = /\.ts$/;

describe('the code that is loaded', () => {
  let graph: ImportGraph;
  beforeAll(async () => {
    graph = await readImportGraph([MAIN, ...COMMANDS.map(({ name }) => fileOf(name))], { isStatic: true });
  });

  /** The ways to the packages that a file loads and should not. */
  const waysToOthers = (file: string, packages: readonly string[]) =>
    waysTo(PACKAGE, file, graph)
      .filter((way) => !packages.some((name) => `${way.at(-1)}/`.startsWith(`${name}/`)))
      .map((way) => way.join(' → '));
  const filesOf = (file: string) => waysTo(FILE, file, graph).map((way) => way.at(-1) ?? '');

  test('by lookaside --help is what describes the commands, and none that runs one', () => {
    expect(filesOf(MAIN)).toContain('cli/commands/lookup.ts');
    expect(waysToOthers(MAIN, ['commander'])).toEqual([]);
    expect(waysTo(/\/run-\w+\.ts$/, MAIN, graph).map((way) => way.join(' → '))).toEqual([]);
    // What a description takes from elsewhere has no imports of its own, or few.
    expect(
      filesOf(MAIN)
        .filter((file) => !/^cli\/(commands\/)?[^/]+$/.test(file))
        .sort(),
    ).toEqual([
      'cli/cost/durations.ts',
      'cli/forecast/plan.ts',
      'cli/keys/key-actions.ts',
      'cli/watch/every-seconds.ts',
      'functions/customer/identifier/identifier-name.ts',
      'functions/customer/request/canonical-request.ts',
      'functions/customer/request/edit-distance.ts',
      'functions/customer/request/sources.ts',
      'functions/lookup/directives.ts',
      'functions/lookup/header-elements.ts',
      'functions/lookup/max-header-length.ts',
      'functions/lookup/max-lookups.ts',
      'functions/settings/loopback.ts',
      'functions/settings/slashes-at-end.ts',
      'functions/smoke/exchange.ts',
      'functions/smoke/given-text.ts',
      'infra/routes.ts',
      'local/observation/facts.ts',
      'local/observation/live-line.ts',
      'local/observation/misconfiguration.ts',
      'local/stop-signal.ts',
      'local/terminal.ts',
    ]);
  });

  test.each(COMMANDS.map(({ name }) => name))('by lookaside %s is of the packages that it needs', (name) => {
    const packages = PACKAGES[name] ?? [];
    expect(waysToOthers(fileOf(name), packages)).toEqual([]);
    const loaded = waysTo(PACKAGE, fileOf(name), graph).map((way) => `${way.at(-1)}/`);
    expect(packages.filter((each) => !loaded.some((path) => path.startsWith(`${each}/`)))).toEqual([]);
  });

  test('by a look-up over HTTP is the client and what prints its outcome', () => {
    const added = filesOf(fileOf('lookup')).filter((file) => !filesOf(MAIN).includes(file));
    // And the address of a customer, by the table of v1.1's parameters.
    expect(added.filter((file) => !/^(cli\/lookup|client\/src)\/[^/]+$/.test(file))).toEqual([
      'functions/smoke/identifier.ts',
      'functions/customer/v1/v1-parameters.ts',
      'functions/customer/request/parameter-facts.ts',
    ]);
  });
});
