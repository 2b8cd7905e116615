import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IDENTIFIER_NAMES } from '../functions/customer/identifier/identifier-name.ts';
import { JOINED_EMBEDS } from '../functions/customer/joined/joined-embed.ts';
import { jsonTypesOf, type ParameterFacts } from '../functions/customer/request/parameter-facts.ts';
import { V1_PARAMETER_NAMES, V1_PARAMETERS, V1_SECTION_FLAGS } from '../functions/customer/v1/v1-parameters.ts';
import { EMBEDS } from '../functions/customer/v2/embed.ts';
import { V2_PARAMETER_NAMES, V2_PARAMETERS } from '../functions/customer/v2/v2-parameters.ts';
import { problem } from '../functions/rest/problem.ts';
import { PROBLEM_CODES } from '../functions/rest/problem-code.ts';
import { type Authorization, ROUTES } from '../infra/routes.ts';
import { type LocalService, startLocal } from '../local/service.ts';
import { start } from './acceptance/running-service.ts';
import { propertiesOf, templateOf } from './infra/templates.ts';
import {
  type Answer,
  document,
  type ExampleRequest,
  examplesAt,
  follow,
  membersOf,
  mismatchesOf,
  type Operation,
  operationOf,
  operations,
  type Part,
  sendable,
  violationsOf,
} from './openapi/document.ts';
import { answersOfGateway } from './support/gateway-answers.ts';
import { closedAddress } from './support/loopback-server.ts';
import { HALF_PATIENT, IMPATIENT, PATIENT } from './support/patience.ts';

// Holds openapi.yaml to the code. `npm run test:openapi` asks much more of the running service.

const WEBHOOK = { Authorization: 'local-webhook-secret' };
const members = [...membersOf()];
const lookups = operations.filter(({ security }) => security.some((each) => 'apiKey' in each));
/** Methods with answers that have a body: an answer to HEAD shows the problem only in its status. */
const withBodies = operations.filter(({ method }) => method !== 'HEAD');

describe('the document', () => {
  test('is of OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'Lookaside', version: packageVersion() });
    const [page = ''] = /docs\/\w+\.md/.exec(document.info.description) ?? [];
    expect(existsSync(page)).toBe(true);
  });

  test('has a target for each reference, and uses each of its components', () => {
    const references = members.flatMap(([, part]) => (typeof part?.$ref === 'string' ? [part.$ref.slice(1)] : []));
    for (const reference of references) expect(() => follow(reference)).not.toThrow();
    const components = Object.entries(document.components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, named]) => Object.keys(named as object).map((name) => `/components/${kind}/${name}`));
    expect(components.filter((component) => !references.includes(component))).toEqual([]);
    const schemes = operations.flatMap(({ security }) => security.flatMap(Object.keys));
    expect([...new Set(schemes)].sort()).toEqual(Object.keys(document.components.securitySchemes).sort());
  });

  test('has schemas of JSON Schema 2020-12', () => {
    const schemas = members.filter(([pointer, part]) => /\/schema$/.test(pointer) && typeof part === 'object');
    expect(schemas.length).toBeGreaterThan(50);
    for (const [pointer] of schemas) expect(() => violationsOf(pointer, undefined)).not.toThrow();
  });

  test.each(operations.map((operation) => [operation.id, operation] as const))('%s is complete', (_, operation) => {
    expect(operations.filter(({ id }) => id === operation.id)).toHaveLength(1);
    const templated = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name, required }) => [name, required])).toEqual(templated.map((name) => [name, true]));
    expect(operation.security).toBeInstanceOf(Array);
    for (const response of Object.values(operation.responses)) {
      const [, { description, headers }] = follow(response);
      expect(description).toBeTruthy();
      expect(Object.keys(headers)).toEqual(
        expect.arrayContaining(['Cache-Status', 'Cache-Control', 'X-Content-Type-Options']),
      );
    }
  });

  test('has examples that fit their schemas', () => {
    const wrong = members.flatMap(([pointer, part]) => {
      if (part?.schema === undefined) return [];
      const examples = 'example' in part ? [part.example] : Object.values(examplesAt(pointer));
      return examples.flatMap((value) => violationsOf(`${pointer}/schema`, value).map((each) => `${pointer}: ${each}`));
    });
    expect(wrong).toEqual([]);
  });

  test('has an example of every reply with a body', () => {
    const contents = members.filter(([pointer]) => /\/responses\/\w+\/content\/[^/]+$/.test(pointer));
    expect(contents.filter(([pointer]) => Object.keys(examplesAt(pointer)).length === 0)).toEqual([]);
  });
});

describe('the document and the gateway', () => {
  const shown: Readonly<Record<Authorization, Part>> = {
    'api-key': [{ apiKey: [] }],
    iam: [{ awsSignature: [] }],
    jwt: [],
    none: [],
  };
  /** The function checks the webhook's secret. */
  const securityOf = (path: string, authorization: Authorization) =>
    path.startsWith('/events/') ? [{ webhookSecret: [] }] : shown[authorization];
  const routes = ROUTES.filter(({ path }) => path !== '/' && path !== '/{proxy+}');

  test('have the same paths', () => {
    expect(Object.keys(document.paths).sort()).toEqual([...new Set(routes.map(({ path }) => path))].sort());
  });

  test.each(operations.map((operation) => [operation.id, operation] as const))(
    'ask the caller for the same credential for %s',
    (_, { path, method, security }) => {
      const own = routes.filter((route) => route.path === path);
      const route = own.find((each) => each.method === method) ?? own.find((each) => each.method === 'ANY');
      expect(security).toEqual(securityOf(path, route?.authorization ?? 'none'));
    },
  );

  test('have the same preflights, which need nothing', () => {
    const preflights = routes.filter(({ method }) => method === 'OPTIONS').map(({ path }) => path);
    expect(operations.filter(({ method }) => method === 'OPTIONS').map(({ path }) => path)).toEqual(preflights);
  });

  test('leave the checks to the function: the gateway checks no request, so that the function makes every refusal', () => {
    const template = templateOf('default');
    expect(propertiesOf(template, 'AWS::ApiGateway::RequestValidator')).toEqual([]);
    expect(propertiesOf(template, 'AWS::ApiGateway::Model')).toEqual([]);
    for (const method of propertiesOf(template, 'AWS::ApiGateway::Method')) {
      expect(method).not.toHaveProperty('RequestValidatorId');
      expect(method).not.toHaveProperty('RequestParameters');
      expect(method).not.toHaveProperty('RequestModels');
    }
  });

  // To HEAD the gateway answers the same, without its body.
  test.each(
    withBodies.filter(({ method }) => method !== 'OPTIONS').map((operation) => [operation.id, operation] as const),
  )('have the same answers of the gateway itself for %s', (_, operation) => {
    expect(problemsOf(operation)).toEqual(expect.arrayContaining(answersOfGateway()));
  });
});

describe('the document and the function', () => {
  const namesOf = (id: string, place = 'query') =>
    operationOf(id)
      .parameters.filter((parameter) => parameter.in === place)
      .map(({ name }) => name)
      .sort();

  test('have the same parameters', () => {
    expect(namesOf('lookUpCustomer')).toEqual([...V2_PARAMETER_NAMES].sort());
    expect(namesOf('getCustomer')).toEqual([...V1_PARAMETER_NAMES].sort());
    expect(namesOf('lookUpMany')).toEqual([]);
    expect(namesOf('purgeEntries')).toEqual(['accountId', 'identifierName', 'identifierValue', 'source']);
    expect(namesOf('lookUpCustomer', 'header')).toEqual(['Cache-Control', 'If-None-Match', 'Prefer']);
    expect(namesOf('getCustomer', 'header')).toEqual(['Cache-Control', 'If-None-Match', 'Prefer', 'language']);
  });

  test('have the same members of a look-up in a batch', () => {
    const { DetailsLookup, GetLookup } = document.components.schemas;
    const membersOfLookup = (names: readonly string[]) =>
      [...names, 'api', 'cacheControl', 'waitMs', 'prefetch'].sort();
    expect(Object.keys(DetailsLookup.properties).sort()).toEqual(membersOfLookup(V2_PARAMETER_NAMES));
    expect(Object.keys(GetLookup.properties).sort()).toEqual(membersOfLookup([...V1_PARAMETER_NAMES, 'language']));
  });

  test.each([
    ['DetailsLookup', V2_PARAMETERS],
    ['GetLookup', V1_PARAMETERS],
  ] as const)('take the same JSON types for the members of %s, and the same words', (schema, table) => {
    const samples = { boolean: true, number: 1, list: ['mlp'] };
    for (const [name, facts] of Object.entries<ParameterFacts>(table)) {
      const pointer = `/components/schemas/${schema}/properties/${name}`;
      const taken = Object.entries(samples).filter(([, value]) => violationsOf(pointer, value).length === 0);
      // The service takes a number for v2's `identifierValue`, if it is an id or a card. The document does not say so: a
      // value of two types would be a class of its own in generated clients.
      expect([name, taken.map(([type]) => type).sort()]).toEqual([name, [...new Set(jsonTypesOf(facts))].sort()]);
      const { words = [] } = facts;
      expect([name, words.filter((word) => violationsOf(pointer, word).length > 0)]).toEqual([name, []]);
      if (words.length > 0) expect(violationsOf(pointer, 'nonsense')).not.toEqual([]);
    }
  });

  test('have the same sections and the same names of identifiers', () => {
    expect([...document.components.schemas.Embed.enum].sort()).toEqual([...EMBEDS, ...JOINED_EMBEDS].sort());
    expect([...document.components.schemas.IdentifierName.enum].sort()).toEqual([...IDENTIFIER_NAMES].sort());
  });

  test('have the same errors, each with its status', () => {
    expect([...document.components.schemas.ProblemCode.enum].sort()).toEqual([...PROBLEM_CODES].sort());
    const known = PROBLEM_CODES.map((code) => `${problem(code, '', '').status} ${code}`);
    expect([...new Set(operations.flatMap(problemsOf))].sort()).toEqual(known.sort());
  });

  test('have the same titles of errors', () => {
    const problems = members.filter(([pointer]) => /problem\+json\/schema$/.test(pointer));
    expect(problems.length).toBeGreaterThan(10);
    for (const [, schema] of problems) {
      const { status, title, code } = ownOf(schema);
      for (const each of code.enum) {
        expect(JSON.parse(problem(each, '', '').body)).toMatchObject({ status: status.const, title: title.const });
      }
    }
  });
});

describe('the running service', () => {
  let service: LocalService;
  const ask = (path: string, init: RequestInit = {}) => askAt(service.url, path, init);
  beforeAll(async () => {
    service = await startLocal(
      { ...PATIENT, PORT: '0', LOG_LEVEL: 'SILENT' },
      { simulator: { latencyMs: 0, jitterMs: 0 } },
    );
  });
  afterAll(async () => {
    await service?.close();
  });

  test.each(operations.flatMap((operation) => operation.requests.map((request) => named(operation, request))))(
    'accepts %s, and answers as documented',
    async (_, operation, request) => {
      const answer = await send(ask, operation, request);
      expect(answer.text).not.toContain('"about:blank"');
      expect(mismatchesOf(operation, answer)).toEqual([]);
      expect(answer.status).toBeLessThan(400);
    },
  );

  test('finds each customer that the document lists as found', async () => {
    for (const operation of lookups.filter(({ method }) => method === 'GET')) {
      for (const request of operation.requests) {
        const { status, text } = await send(ask, operation, request);
        if (status === 304) continue;
        expect([request.name, /"code":"?(?:8015|1012)/.test(text)]).toEqual([
          request.name,
          request.name === 'notFound',
        ]);
      }
    }
  });

  test.each(
    withBodies.flatMap((operation) =>
      operation.parameters
        .filter((parameter) => parameter.required && parameter.in === 'query')
        .map(({ name }) => [operation.id, name, operation] as const),
    ),
  )('refuses %s without %s, which is required', async (_, name, operation) => {
    const [request] = operation.requests;
    const parameters = new Map([...(request?.parameters ?? [])].filter(([parameter]) => parameter.name !== name));
    const answer = await send(ask, operation, { name, parameters, body: undefined });
    expect(JSON.parse(answer.text)).toMatchObject({ status: 400, code: 'missing_parameter' });
    expect(mismatchesOf(operation, answer)).toEqual([]);
  });

  test.each(
    operations.filter(({ hasRequiredBody }) => hasRequiredBody).map((operation) => [operation.id, operation] as const),
  )('refuses %s without a body, which is required', async (_, operation) => {
    const answer = await send(ask, operation, { name: '', parameters: new Map(), body: undefined });
    expect(JSON.parse(answer.text)).toMatchObject({ status: 400, code: 'invalid_parameter' });
    expect(mismatchesOf(operation, answer)).toEqual([]);
  });

  test.each(
    withBodies
      .filter(({ parameters }) => parameters.some((parameter) => parameter.in === 'query'))
      .map((operation) => [operation.id, operation] as const),
  )('refuses a parameter of %s that the document does not have, and a repeated one', async (_, operation) => {
    const [path = '', init] = sendable(operation, operation.requests[0] as ExampleRequest);
    const unknown = await ask(`${path}&made_up=1`, init);
    expect(JSON.parse(unknown.text)).toMatchObject({ status: 400, code: 'unknown_parameter' });
    expect(mismatchesOf(operation, unknown)).toEqual([]);
    const twice = await ask(`${path}&${path.split('?')[1]}`, init);
    expect(JSON.parse(twice.text)).toMatchObject({ status: 400, code: 'duplicate_parameter' });
    expect(mismatchesOf(operation, twice)).toEqual([]);
  });

  test.each(Object.keys(document.paths).map((path) => [path]))(
    'answers the methods of %s that the document has',
    async (path) => {
      const own = operations.filter((operation) => operation.path === path && operation.method !== 'OPTIONS');
      const answer = await ask(path.replace(/\{\w+\}/, '1'), { method: 'PATCH' });
      expect(answer.headers.get('allow')).toBe([...own.map(({ method }) => method), 'OPTIONS'].join(', '));
      for (const operation of own) {
        if (withBodies.includes(operation)) expect(mismatchesOf(operation, answer)).toEqual([]);
      }
    },
  );

  test.each(
    operations.filter(({ method }) => method === 'GET').map((operation) => [operation.path, operation] as const),
  )('R12: answers HEAD of %s as GET: same status, same headers, no body', async (path, operation) => {
    const head = operations.find((each) => each.path === path && each.method === 'HEAD') as Operation;
    expect(head.parameters.map(({ name }) => name)).toEqual(operation.parameters.map(({ name }) => name));
    for (const request of [...operation.requests, { name: 'refused', parameters: new Map(), body: undefined }]) {
      await send(ask, operation, request);
      const got = await send(ask, operation, request);
      const headed = await send(ask, head, request);
      // Left out are headers of the connection (fetch closes it after HEAD), of the time, or of the one request.
      const ofOne = ['connection', 'keep-alive', 'date', 'age', 'cache-status', 'x-amzn-requestid', 'x-cap-requestid'];
      const lasting = ({ headers }: Answer) =>
        [...headers].filter(([name]) => !ofOne.includes(name) && name !== 'content-length');
      expect([request.name, headed.status, lasting(headed)]).toEqual([request.name, got.status, lasting(got)]);
      expect(headed.headers.has('age')).toBe(got.headers.has('age'));
      const length = got.headers.get('content-length');
      expect(headed.headers.get('content-length')).toBe(got.status === 304 ? null : length);
      // fetch has unpacked the text.
      if (!got.headers.has('content-encoding')) expect(length ?? '0').toBe(String(Buffer.byteLength(got.text)));
      expect(headed.text).toBe('');
    }
  });

  test('asks for a key if the document says so', async () => {
    const { ask } = await start({ LOCAL_API_KEYS: 'till-key' });
    for (const operation of lookups) {
      const [request] = operation.requests;
      const answer = await send(ask, operation, request as ExampleRequest);
      expect(answer.status).toBe(403);
      expect(mismatchesOf(operation, answer)).toEqual([]);
    }
  });

  test('lets pages of a listed origin read the answers that the document allows', async () => {
    const { ask } = await start({ CORS_ORIGINS: 'https://kiosk.example' });
    for (const operation of lookups) {
      const [path, init] = sendable(operation, operation.requests[0] as ExampleRequest);
      const answer = await ask(path, { ...init, headers: { ...init.headers, Origin: 'https://kiosk.example' } });
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://kiosk.example');
      expect(mismatchesOf(operation, answer)).toEqual([]);
    }
  });

  test.each(['lookUpCustomer', 'purgeEntries'])(
    'needs an account of %s for every source except INSTORE',
    async (id) => {
      const operation = operationOf(id);
      const request = operation.requests.find(({ name }) => name === 'wechat') as ExampleRequest;
      const parameters = [...request.parameters].filter(([{ name }]) => name !== 'accountId');
      const answer = await send(ask, operation, { ...request, parameters: new Map(parameters) });
      expect(JSON.parse(answer.text)).toMatchObject({ status: 400, code: 'missing_parameter' });
      expect(mismatchesOf(operation, answer)).toEqual([]);
    },
  );

  test('needs exactly one identifier for a look-up by v1.1', async () => {
    const operation = operationOf('getCustomer');
    for (const [query, code] of [
      ['', 'missing_parameter'],
      ['?mlp=true', 'missing_parameter'],
      ['?mobile=', 'missing_parameter'],
      ['?mobile=1234512345&email=bubalus@example.com', 'duplicate_parameter'],
      ['?mobile=1234512345,1234512346', 'invalid_identifier'],
    ]) {
      const answer = await ask(`${operation.path}${query}`);
      expect(JSON.parse(answer.text)).toMatchObject({ status: 400, code });
      expect(mismatchesOf(operation, answer)).toEqual([]);
    }
  });

  test.each([
    ['no JSON', 'invalid_parameter'],
    ['[]', 'invalid_parameter'],
    ['{}', 'missing_parameter'],
    ['{"lookups":{}}', 'invalid_parameter'],
    ['{"lookups":[],"others":1}', 'unknown_parameter'],
    [JSON.stringify({ lookups: Array.from({ length: 101 }, () => ({})) }), 'too_many_lookups'],
  ])('refuses %.30s as a batch, as documented', async (body, code) => {
    const operation = operationOf('lookUpMany');
    const answer = await ask(operation.path, { method: 'POST', body });
    expect(JSON.parse(answer.text)).toMatchObject({ status: 400, code });
    expect(mismatchesOf(operation, answer)).toEqual([]);
  });

  test('reports a fault of one look-up of a batch in its own result, as documented', async () => {
    const { ask } = await start(HALF_PATIENT);
    const operation = operationOf('lookUpMany');
    const names = ['12341234', 'NOBODY', 'ERASED', 'ERR-1044', 'FAULT-html', 'HTTP-500', 'FAULT-hang', 'no-identifier'];
    const lookups = names.flatMap((value) => [
      { source: 'INSTORE', identifierName: value === 'no-identifier' ? '' : 'externalId', identifierValue: value },
      { api: 'v1.1', [value === 'no-identifier' ? 'basic' : 'external_id']: value },
    ]);
    const answer = await ask(operation.path, { method: 'POST', body: JSON.stringify({ lookups: [...lookups, 1] }) });
    expect(answer.status).toBe(200);
    expect(mismatchesOf(operation, answer)).toEqual([]);
    const shown = JSON.parse(answer.text).results.map((result: Part) => result.code ?? result.kind);
    expect(shown).toEqual([
      'found',
      'found',
      'not-found',
      'not-found',
      'not-found',
      'not-found',
      'upstream_refused',
      'upstream_refused',
      'upstream_invalid',
      'upstream_invalid',
      'upstream_unavailable',
      'upstream_unavailable',
      'upstream_timeout',
      'upstream_timeout',
      'missing_parameter',
      'missing_parameter',
      'invalid_parameter',
    ]);
  });

  test.each([
    [
      {},
      'coupons,slabHistory,registeredStore,registeredTill,ndncStatus,optinStatus,retentionCriteria,tierUpgradeCriteria',
    ],
    [{ identifierValue: 'BARE' }, 'coupons,slabHistory,registeredStore,ndncStatus,optinStatus,tierUpgradeCriteria'],
  ])('joins sections of v1.1 as documented: %j', async (others, embed) => {
    const { lookup } = await start();
    const answer = await lookup({ identifierName: 'externalId', identifierValue: '12341234', embed, ...others });
    expect(answer.status).toBe(200);
    expect(Object.keys(JSON.parse(answer.text))).toEqual(expect.arrayContaining(embed.split(',')));
    expect(mismatchesOf(operationOf('lookUpCustomer'), answer)).toEqual([]);
  });

  // The simulator writes each customer in a form of its own (simulator/v1/style.ts).
  test.each([
    ['the default form', {}],
    ['without a wrapper', { isV1Wrapped: false }],
    ['with an object for a customer', { isV1CustomerObject: true }],
    ['without a wrapper, with an object for a customer', { isV1Wrapped: false, isV1CustomerObject: true }],
  ])("answers with all of v1.1's loose types as documented: %s", async (_, simulated) => {
    const { ask } = await start({ PROFILE_FIELDS: '*', PROFILE_FIELDS_V1: '*' }, simulated);
    const embeds = document.components.schemas.Embed.enum.filter((embed: string) => embed !== 'ignoreCardDetails');
    const sections = V1_SECTION_FLAGS.map((flag) => `${flag}=true`).join('&');
    for (let n = 1; n <= 12; n += 1) {
      const extras = [`embed=${embeds}&includedFraudDetails=true&gapToRenew=3`, `${sections}&tenders=true`];
      for (const [position, [operation, path]] of byExternalId(`CUST-${String(n).padStart(4, '0')}`).entries()) {
        const answer = await ask(`${path}&${extras[position]}`);
        expect(answer.status).toBe(200);
        expect(mismatchesOf(operation, answer)).toEqual([]);
      }
    }
  });

  test('names sections that are missing as documented', async () => {
    const { lookup, upstream } = await start(HALF_PATIENT);
    upstream.control({ fault: { kind: 'status', status: 503, api: 'v1.1' } });
    const answer = await lookup({ identifierName: 'externalId', identifierValue: '12341234', embed: 'coupons' });
    expect(JSON.parse(answer.text)).toMatchObject({ id: 566881933, warnings: [{ code: 'missing_sections' }] });
    expect(mismatchesOf(operationOf('lookUpCustomer'), answer)).toEqual([]);
  });

  test('reports a pending look-up as documented', async () => {
    const { ask } = await start(HALF_PATIENT);
    for (const [operation, path] of byExternalId('FAULT-hang')) {
      const answer = await ask(path, { headers: { Prefer: 'wait=0.1' } });
      expect([answer.status, answer.text]).toEqual([202, '{"status":"pending"}']);
      expect(mismatchesOf(operation, answer)).toEqual([]);
    }
    for (const [operation, path] of byExternalId('12341234')) {
      for (const cacheStatus of [/fwd=miss; detail=pending$/, /; hit; ttl=\d+$/]) {
        const answer = await ask(path, { headers: { Prefer: 'respond-async' } });
        expect([answer.status, answer.text]).toEqual([202, '{"status":"pending"}']);
        expect(answer.headers.get('cache-status')).toMatch(cacheStatus);
        expect(mismatchesOf(operation, answer)).toEqual([]);
        // The fetch of the prefetch, or this look-up joins it.
        expect((await ask(path)).status).toBe(200);
      }
    }
    const lookup = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'FAULT-hang', waitMs: 100 };
    const headers = { 'content-type': 'application/json' };
    const batch = await ask('/lookups', { method: 'POST', headers, body: JSON.stringify({ lookups: [lookup] }) });
    expect(JSON.parse(batch.text)).toEqual({ results: [{ kind: 'pending', retryAfterSeconds: 1 }] });
    expect(mismatchesOf(operationOf('lookUpMany'), batch)).toEqual([]);
  });

  // Values that chance does not find: identifiers that exist by name only (simulator/customers/made-up-answers.ts).
  test.each([
    ['FAULT-html', 502],
    ['FAULT-redirect', 502],
    ['HTTP-500', 503],
    ['ERR-461', 503],
    ['FAULT-throttle', 503],
    ['FAULT-hang', 504],
    ['ERASED', 200],
    ['MERGED', 200],
    ['BARE', 200],
    ['WARN-8063', 200],
    ['ERR-8069', 200],
    ['ERR-1044', 200],
    ['ERR-8012', 200],
  ])('answers a look-up of %s with %i, as documented', async (externalId, status) => {
    const { ask } = await start(status === 504 ? IMPATIENT : {});
    for (const [operation, path] of byExternalId(externalId)) {
      const answer = await ask(path);
      expect(answer.status).toBe(status);
      expect(mismatchesOf(operation, answer)).toEqual([]);
    }
  });

  test.each([203, 206, 400, 403, 404, 410, 422, 500, 501])(
    "passes Capillary's own %i on, as documented",
    async (errorStatus) => {
      const { ask } = await start({}, { errorStatus });
      for (const [operation, path] of byExternalId('NOBODY')) {
        const answer = await ask(path);
        expect(answer.status).toBe(errorStatus);
        expect(mismatchesOf(operation, answer)).toEqual([]);
      }
    },
  );

  test.each([206, 226])("passes Capillary's own %i on with a customer, as documented", async (status) => {
    const { ask, upstream } = await start();
    upstream.control({ fault: { kind: 'partial-content', status } });
    for (const [operation, path] of byExternalId('12341234')) {
      const answer = await ask(path);
      expect(answer.status).toBe(status);
      expect(mismatchesOf(operation, answer)).toEqual([]);
    }
  });

  test('answers only-if-cached without an entry as documented', async () => {
    for (const [operation, path] of byExternalId('not-asked-for-before')) {
      const answer = await ask(path, { headers: { 'Cache-Control': 'only-if-cached' } });
      expect(JSON.parse(answer.text)).toMatchObject({ status: 504, code: 'not_cached' });
      expect(mismatchesOf(operation, answer)).toEqual([]);
    }
  });

  test.each([
    ['purgeEntries', 503],
    ['purgeCustomer', 503],
    ['receiveEvent', 429],
    ['checkHealth', 200],
  ])('answers %s with %i if the store is down, as documented', async (id, status) => {
    const { ask } = await start({ AWS_ENDPOINT_URL_DYNAMODB: await closedAddress() });
    const operation = operationOf(id);
    const answer = await send(ask, operation, operation.requests[0] as ExampleRequest);
    expect(answer.status).toBe(status);
    expect(mismatchesOf(operation, answer)).toEqual([]);
  });

  test('refuses an event without the secret as documented', async () => {
    const answer = await ask('/events/capillary', { method: 'POST', body: '{}' });
    expect(answer.status).toBe(401);
    expect(mismatchesOf(operationOf('receiveEvent'), answer)).toEqual([]);
  });
});

type Ask = (path: string, init: RequestInit) => Promise<Answer>;

async function askAt(url: string, path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(`${url}${path}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function send(ask: Ask, operation: Operation, request: ExampleRequest) {
  const [path, init] = sendable(operation, request);
  return ask(path, operation.id === 'receiveEvent' ? { ...init, headers: { ...init.headers, ...WEBHOOK } } : init);
}

function named(operation: Operation, request: ExampleRequest) {
  return [`${operation.id}: ${request.name}`, operation, request] as const;
}

/** The look-ups of a customer, by each API. */
function byExternalId(externalId: string): [Operation, string][] {
  const details = operationOf('lookUpCustomer');
  const get = operationOf('getCustomer');
  return [
    [details, `${details.path}?source=INSTORE&identifierName=externalId&identifierValue=${externalId}`],
    [get, `${get.path}?external_id=${externalId}`],
  ];
}

/** Our own errors that an operation may be answered with, as `status code`. */
function problemsOf({ responses }: Operation): string[] {
  return Object.entries(responses).flatMap(([status, response]) => {
    const schema = follow(response)[1].content?.['application/problem+json']?.schema;
    return (schema === undefined ? [] : ownOf(schema).code.enum).map((code: string) => `${status} ${code}`);
  });
}

/** What a reply's own schema says beside the problem that it is. */
function ownOf(schema: Part): Part {
  return schema.dependentSchemas.code.properties;
}

function packageVersion(): string {
  return JSON.parse(readFileSync('package.json', 'utf8')).version;
}
