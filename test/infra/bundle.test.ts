import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerOf } from '../../bench/hit/process-answer.ts';
import { type Bundle, bundleFunctions, ENTRIES, type Entry, filesLoadedAtImport } from '../../infra/bundle.ts';
import type { FunctionNames } from '../../infra/eager-functions.ts';
import firstHitFunctions from '../../infra/first-hit-functions.json' with { type: 'json' };
import { GROUPS } from '../../infra/gathered-later.ts';
import type { BundleRun } from './invoke-bundle.ts';

let outDir: string;
let bundles: Readonly<Record<Entry, Bundle>>;

beforeAll(async () => {
  // In an address these characters mean something else.
  outDir = await mkdtemp(path.join(tmpdir(), 'lookaside bundles # ? %41-'));
  bundles = await bundleFunctions({ outDir, defaultCountry: 'IN' });
});

afterAll(async () => {
  await rm(outDir, { recursive: true });
});

/** The sources of some of a bundle's files, by their paths from the project's root. */
function sourcesOf({ metafile }: Bundle, files: readonly string[]): readonly string[] {
  return files.flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
}

/** Code that only a miss or a stale answer needs. */
const MISS_PATH = [
  'node_modules/@aws-sdk/client-dynamodb/',
  'node_modules/@smithy/',
  'node_modules/@aws-sdk/client-lambda/',
  'node_modules/@aws-sdk/client-secrets-manager/',
  'functions/adapters/capillary/capillary-upstream.ts',
  'functions/adapters/capillary/upstream-http.ts',
  'functions/adapters/lambda/lambda-revalidator.ts',
  'functions/customer/identifier/phone-metadata-world.ts',
];

/** Code that only a look-up with joined sections of v1.1 needs; code that only a batch by HTTP needs. */
const JOINED_PATH = ['functions/lookup/join.ts', 'functions/customer/joined/joined-reply.ts'];
const BATCH_PATH = [
  'functions/http/lookups.ts',
  'functions/batch/answers.ts',
  'functions/batch/lookup-payload.ts',
  'functions/batch/invoke-payload.ts',
];
/** Code that only the guard needs, which is off by default; the last two only for a look-up without a customer. */
const GUARD_PATH = [
  'functions/lookup/guard/guard.ts',
  'functions/lookup/guard/add-up.ts',
  'functions/adapters/dynamodb/caller-counts.ts',
];

describe.each(ENTRIES)('the bundle of %s', (entry) => {
  test('loads nothing that only a miss or a stale answer needs, until one needs it', () => {
    const bundle = bundles[entry];
    const all = sourcesOf(bundle, Object.keys(bundle.metafile.outputs));
    const atImport = sourcesOf(bundle, filesLoadedAtImport(bundle.metafile));
    for (const part of MISS_PATH) {
      expect(atImport).not.toContainEqual(expect.stringContaining(part));
      // Cache administration does not ask the upstream, so it does not even carry that code.
      // It invokes the same function in other regions.
      const isCarried =
        entry !== 'invalidate' || /phone-metadata-world|client-dynamodb|client-lambda|@smithy/.test(part);
      if (isCarried) expect(all).toContainEqual(expect.stringContaining(part));
      else expect(all).not.toContainEqual(expect.stringContaining(part));
    }
  });

  test('loads nothing that only a joined look-up, a batch or a "not found" needs, until one comes', () => {
    const bundle = bundles[entry];
    const atImport = sourcesOf(bundle, filesLoadedAtImport(bundle.metafile));
    // A direct invocation is read by the same code as a batch.
    const later = [...JOINED_PATH, ...(entry === 'http' ? [...BATCH_PATH, ...GUARD_PATH] : [])];
    for (const part of later) expect(atImport).not.toContainEqual(expect.stringContaining(part));
    const all = sourcesOf(bundle, Object.keys(bundle.metafile.outputs));
    const isCarried = entry !== 'invalidate';
    for (const part of JOINED_PATH) expect(all.some((source) => source.includes(part))).toBe(isCarried);
  });

  test('has everything that a start loads in one chunk, besides the entry itself', async () => {
    const { folder, metafile } = bundles[entry];
    const files = filesLoadedAtImport(metafile);
    expect(files).toHaveLength(2);
    const sources = files.map((file) => sourcesOf(bundles[entry], [file]));
    expect(sources).toContainEqual([`functions/${entry}/index.ts`]);
    const code = await Promise.all(files.map((file) => readFile(path.join(folder, path.basename(file)), 'utf8')));
    const imported = code.flatMap((text) => text.match(/\bimport[^(]*?"\.\/[\w-]+\.mjs"/g) ?? []);
    expect(imported).toHaveLength(1);
  });

  test('holds only the phone metadata of the default country in the part that a hit loads', () => {
    const { metafile } = bundles[entry];
    const sizes = Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs)
        .filter(([input]) => input.startsWith('near:'))
        .map(([, { bytesInOutput }]) => bytesInOutput),
    );
    expect(sizes).toEqual([expect.any(Number)]);
    expect(sizes[0]).toBeLessThan(8_000);
  });

  test('holds the replacements for the unused parts of the phone library, and not these parts', () => {
    const sources = sourcesOf(bundles[entry], Object.keys(bundles[entry].metafile.outputs));
    const replaced = sources.filter((source) => source.startsWith('stand-in:')).sort();
    expect(replaced).toEqual([
      'stand-in:ParseError.js',
      'stand-in:extractExtension.js',
      'stand-in:extractFormattedPhoneNumberFromPossibleRfc3966NumberUri.js',
      'stand-in:format.js',
      'stand-in:isViablePhoneNumber.js',
      'stand-in:matchesEntirely.js',
      'stand-in:parseIncompletePhoneNumber.js',
    ]);
    const library = sources.filter((source) => source.includes('libphonenumber-js/es6'));
    expect(library).toContainEqual(expect.stringMatching(/\/es6-modern\/parse\.js$/));
    for (const source of library) {
      expect(source).not.toContain('/es6/');
      expect(replaced).not.toContain(`stand-in:${path.basename(source)}`);
    }
  });

  test('holds nothing that runs on one machine only: console, API reference, command line, their libraries, gateway, simulator', () => {
    const sources = sourcesOf(bundles[entry], Object.keys(bundles[entry].metafile.outputs));
    expect(sources).toContainEqual(expect.stringMatching(/^functions\//));
    const isLocal = /^(cli|console|local|simulator)\/|node_modules\/(lit-html|yaml|commander)\/|openapi/;
    expect(sources.filter((source) => isLocal.test(source))).toEqual([]);
  });

  test('is deployed without source maps, which lie beside it', async () => {
    const { folder } = bundles[entry];
    const files = await readdir(folder);
    expect(files.every((file) => file.endsWith('.mjs'))).toBe(true);
    expect(await readFile(path.join(folder, 'index.mjs'), 'utf8')).not.toContain('sourceMappingURL');
    expect(await readdir(`${folder}-maps`)).toEqual(files.map((file) => `${file}.map`));
  });

  test("does not depend on the project's folder: neither the code nor its source maps name it", async () => {
    const { folder } = bundles[entry];
    const projectFolder = path.resolve(import.meta.dirname, '../..');
    for (const each of [folder, `${folder}-maps`]) {
      for (const file of await readdir(each)) {
        expect(await readFile(path.join(each, file), 'utf8')).not.toContain(projectFolder);
      }
    }
  });

  test("takes Node's own modules without importing them, which would load undici", async () => {
    const { folder } = bundles[entry];
    for (const file of await readdir(folder)) {
      const code = await readFile(path.join(folder, file), 'utf8');
      expect(code).not.toMatch(/\b(from|import)\s*\(?["']node:/);
    }
  });

  test('has V8 compile at once the functions that a first hit calls, and the list of them is right', async () => {
    const { folder, metafile } = bundles[entry];
    const [chunk = ''] = filesLoadedAtImport(metafile).filter((file) => !file.endsWith('index.mjs'));
    const code = await readFile(path.join(folder, path.basename(chunk)), 'utf8');
    const listed = Object.keys(metafile.outputs[chunk]?.inputs ?? {}).flatMap(
      (source) => (firstHitFunctions as FunctionNames)[source] ?? [],
    );
    const declared = listed.filter((name) => !name.includes('/'));
    expect(declared.length).toBeGreaterThan(100);
    expect(code.match(/=\((?:async )?function\b/g)?.length).toBeGreaterThanOrEqual(declared.length * 0.95);
  });

  test('stays small: a hit loads less than 140 KB, and all of it is less than 720 KB', () => {
    const { outputs } = bundles[entry].metafile;
    const sizeOf = (files: readonly string[]) => files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
    expect(sizeOf(filesLoadedAtImport(bundles[entry].metafile))).toBeLessThan(140_000);
    expect(sizeOf(Object.keys(outputs).filter((file) => file.endsWith('.mjs')))).toBeLessThan(720_000);
  });
});

describe('the code that an instance loads together', () => {
  const [forward = [], fetch = []] = GROUPS;

  /** The files with code of these sources. */
  function filesOf({ metafile: { outputs } }: Bundle, sources: readonly string[]): readonly string[] {
    const holdsSome = (file: string) => Object.keys(outputs[file]?.inputs ?? {}).some((each) => sources.includes(each));
    return Object.keys(outputs).filter((file) => file.endsWith('.mjs') && holdsSome(file));
  }

  /** These files, and the files that they import at once, besides those of the start. */
  function loadedWith({ metafile }: Bundle, files: readonly string[]): readonly string[] {
    const loaded = new Set(files);
    for (const file of loaded) {
      for (const { kind, path: imported } of metafile.outputs[file]?.imports ?? []) {
        if (kind === 'import-statement') loaded.add(imported);
      }
    }
    const start = filesLoadedAtImport(metafile);
    return [...loaded].filter((file) => !start.includes(file));
  }

  test.each(ENTRIES)('is in few files in the bundle of %s, because each costs a first miss time', (entry) => {
    const ofForward = filesOf(bundles[entry], forward);
    const ofFetch = filesOf(bundles[entry], fetch);
    // The AWS SDK shares code with them, and so do the guard and the code that draws hits to audit.
    expect(loadedWith(bundles[entry], ofForward).length).toBeLessThanOrEqual(4);
    expect(loadedWith(bundles[entry], ofFetch).length).toBeLessThanOrEqual(5);
  });

  test('leaves out what only a fetch needs, if an instance does not fetch', () => {
    const loaded = loadedWith(bundles.http, filesOf(bundles.http, forward));
    const sources = sourcesOf(bundles.http, loaded);
    expect(sources).toContain('functions/lookup/forward/forward.ts');
    expect(sources).toContain('functions/adapters/lambda/direct-invoke.ts');
    expect(sources).not.toContainEqual(expect.stringMatching(/node:https|adapters\/capillary\//));
  });

  // A module that exports a name of two sources exports neither of them, and nothing says so.
  test.each(GROUPS)('has no name that two of its sources export: %s, …', async (...group) => {
    const modules = await Promise.all(group.map((source): Promise<object> => import(`../../${source}`)));
    const names = modules.flatMap((each) => Object.keys(each));
    expect(names.length).toBeGreaterThanOrEqual(group.length);
    expect([...new Set(names)].sort()).toEqual([...names].sort());
  });

  test.each(GROUPS.flat())('has %s, which the service imports lazily', (source) => {
    expect(bundles.invoke.metafile.inputs[source]).toBeDefined();
    expect(sourcesOf(bundles.invoke, filesLoadedAtImport(bundles.invoke.metafile))).not.toContain(source);
  });
});

test('the same sources make the same bundle, with or without the others, so that an unchanged function is not deployed again', async () => {
  const { http } = await bundleFunctions({
    outDir: path.join(outDir, 'again'),
    defaultCountry: 'IN',
    only: ['http'],
  });
  const files = await readdir(bundles.http.folder);
  expect(await readdir(http.folder)).toEqual(files);
  for (const file of files) {
    const [one, other] = await Promise.all(
      [bundles.http, http].map(async ({ folder }) => digest(await readFile(path.join(folder, file)))),
    );
    expect(other).toBe(one);
  }
});

function digest(contents: Buffer): string {
  return createHash('sha256').update(contents).digest('hex');
}

/** A look-up, and the upstream's answer to it. */
interface Get {
  readonly resource: string;
  readonly query: Readonly<Record<string, string>>;
  readonly reply: string;
}

describe('a bundle at run time', () => {
  const servers: Server[] = [];

  afterAll(() => {
    for (const server of servers) server.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Just enough of a DynamoDB: keeps items, by their keys. */
  function keepItems(): RequestListener {
    const items = new Map<string, unknown>();
    return async (request, response) => {
      const { Key, Item } = JSON.parse(await text(request));
      const { pk, sk } = Item ?? Key;
      const key = JSON.stringify([pk, sk]);
      if (Item) items.set(key, Item);
      response.setHeader('Content-Type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(Key && items.has(key) ? { Item: items.get(key) } : {}));
    };
  }

  const V2: Get = {
    resource: '/v2/customers/lookup/customerDetails',
    query: { source: 'INSTORE', identifierName: 'mobile', identifierValue: '+91 98765 43210' },
    reply: '{"id":1,"profiles":[{"firstName":"Asha"}]}',
  };
  const V1: Get = {
    resource: '/v1.1/customer/get',
    query: { mobile: '+91 98765 43210', slab_history: 'true' },
    reply:
      '{"response":{"status":{"success":"true","code":"200"},"customers":{"customer":[{"firstname":"Asha","user_id":"1",' +
      '"item_status":{"success":"true","code":"1000"}}]}}}',
  };

  function replyWith({ reply }: Get): RequestListener {
    return (_request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(reply);
    };
  }

  function environmentOf(upstreamUrl: string): Record<string, string> {
    return {
      UPSTREAM_BASE_URL: upstreamUrl,
      UPSTREAM_CREDENTIALS: '{"username":"till","password":"made up"}',
      CACHE_KEY_SECRET: 'made up',
      // A loaded machine must not cause a bypass here.
      CACHE_TIMEOUT_MS: '5000',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'made-up',
      AWS_SECRET_ACCESS_KEY: 'made-up',
    };
  }

  async function run(
    { resource, query }: Omit<Get, 'reply'>,
    environment: Record<string, string>,
    { folder }: Bundle = bundles.http,
  ): Promise<BundleRun> {
    const event = {
      resource,
      httpMethod: 'GET',
      multiValueQueryStringParameters: Object.fromEntries(
        Object.entries(query).map(([name, value]) => [name, [value]]),
      ),
      multiValueHeaders: {},
      requestContext: { requestId: 'a-request' },
    };
    const script = path.resolve('test/infra/invoke-bundle.ts');
    const index = path.join(folder, 'index.mjs');
    const child = fork(script, [index, JSON.stringify(event)], {
      env: environment,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return answerOf<BundleRun>(child);
  }

  /** The files of a bundle that hold code of such a source. */
  function filesWith({ metafile }: Bundle, source: RegExp): readonly string[] {
    const files = Object.entries(metafile.outputs)
      .filter(([, { inputs }]) => Object.keys(inputs).some((input) => source.test(input)))
      .map(([file]) => path.basename(file));
    expect(files).not.toEqual([]);
    return files;
  }

  /** The loaded files with code of the AWS SDK. */
  function filesOfSdk(bundle: Bundle, { files }: BundleRun): readonly string[] {
    const ofSdk = filesWith(bundle, /@aws-sdk\/client-|@smithy\//);
    return files.filter((file) => ofSdk.includes(path.basename(file)));
  }

  test.each([
    ['of no country', '+999 123 45678', 200],
    ['of another country', '+49 1512 3456789', 200],
    ['that is none', '12', 400],
  ])(
    'reads a mobile number %s as the sources do, with the replacements for parts of the library',
    async (_, mobile, status) => {
      const get = { ...V1, query: { mobile } };
      const environment = { ...environmentOf(await serve(replyWith(get))), CACHE_MODE: 'bypass' };
      expect(await run(get, environment)).toMatchObject({ statusCode: status });
    },
  );

  /** A Secrets Manager that has credentials. */
  const giveSecret: RequestListener = (_request, response) => {
    response.setHeader('Content-Type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ SecretString: '{"username":"till","password":"made up"}' }));
  };

  test.each([
    ['v2', V2, false],
    ['v1.1', V1, false],
    ['v2, with credentials in a secret,', V2, true],
  ])(
    'answers a miss of %s without the AWS SDK, then a hit that loads no more than at import, both without undici',
    async (_, get, isSecret) => {
      const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:lookaside/upstream-AbCdEf';
      const environment = {
        ...environmentOf(await serve(replyWith(get))),
        ...(isSecret && { UPSTREAM_CREDENTIALS: '', UPSTREAM_CREDENTIALS_ARN: arn }),
        AWS_ENDPOINT_URL_SECRETS_MANAGER: await serve(giveSecret),
        AWS_ENDPOINT_URL_DYNAMODB: await serve(keepItems()),
      };
      const atImport = filesLoadedAtImport(bundles.http.metafile).map((file) => path.basename(file));

      const miss = await run(get, environment);
      expect(miss).toMatchObject({ statusCode: 200, cacheStatus: 'lookaside; fwd=miss; fwd-status=200; stored' });
      expect(miss.files.length).toBeGreaterThan(atImport.length);
      expect(miss.hasLoadedUndici).toBe(false);
      expect(filesOfSdk(bundles.http, miss)).toEqual([]);

      const hit = await run(get, environment);
      expect(hit).toMatchObject({ statusCode: 200, cacheStatus: expect.stringMatching(/^lookaside; hit; ttl=\d+$/) });
      expect(hit.hasLoadedUndici).toBe(false);
      const later = hit.files.filter((file) => file !== 'index.mjs' && !atImport.includes(file));
      expect(later.filter((file) => file.endsWith('.mjs'))).toEqual([]);
    },
  );

  test('lets the function of purges start with all that a purge needs, without the AWS SDK and without undici', async () => {
    const environment = {
      ...environmentOf('https://upstream.invalid'),
      AWS_ENDPOINT_URL_DYNAMODB: await serve(keepItems()),
    };
    const start = await run({ resource: '/cache/entries', query: {} }, environment, bundles.invalidate);
    const writes = filesWith(bundles.invalidate, /functions\/adapters\/dynamodb\/direct\/direct-writes\.ts$/);
    expect(start.files).toEqual(expect.arrayContaining([...writes]));
    expect(filesOfSdk(bundles.invalidate, start)).toEqual([]);
    expect(start.hasLoadedUndici).toBe(false);
  });

  test.each([
    ['provisioned-concurrency', true],
    ['on-demand', false],
  ])('has loaded the code of a miss at its start, with the initialization type %s: %s', async (type, isLoaded) => {
    const environment = {
      ...environmentOf('https://upstream.invalid'),
      AWS_ENDPOINT_URL_DYNAMODB: await serve(keepItems()),
      AWS_LAMBDA_INITIALIZATION_TYPE: type,
    };
    const refused = await run({ ...V2, query: {} }, environment);
    expect(refused.statusCode).toBe(400);
    for (const source of [/forward\/forward-lookup\.ts$/, /direct\/direct-writes\.ts$/, /capillary-upstream\.ts$/]) {
      const [file] = filesWith(bundles.http, source);
      expect([source, refused.files.includes(file ?? '')]).toEqual([source, isLoaded]);
    }
  });
});
