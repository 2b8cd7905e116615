import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../cli/commands.ts';
import type { ErrorFacts } from '../functions/adapters/telemetry/logger.ts';
import { createMetricsFormat } from '../functions/adapters/telemetry/metrics.ts';
import type { CacheResult, ErrorResult, LookupOutcome } from '../functions/batch/outcome.ts';
import { IDENTIFIER_NAMES } from '../functions/customer/identifier/identifier-name.ts';
import { EMBEDS, sectionsOfEmbeds, toEmbed } from '../functions/customer/v2/embed.ts';
import { WEBHOOK_REFUSALS } from '../functions/invalidate/webhook.ts';
import type { AuditReport } from '../functions/invoke/answer-audit.ts';
import { DIRECTIVE_NAMES } from '../functions/lookup/directives.ts';
import type { ForwardReason } from '../functions/lookup/freshness.ts';
import type { Answer, CacheUse } from '../functions/lookup/lookup-result.ts';
import type { LookupReport } from '../functions/lookup/report.ts';
import { FAILURE_KINDS } from '../functions/lookup/upstream.ts';
import { METRIC_UNITS } from '../functions/metric-names.ts';
import { cacheStatus, UNUSED_DETAILS, unusedCacheStatus } from '../functions/rest/cache-status.ts';
import { problem } from '../functions/rest/problem.ts';
import { PROBLEM_CODES, type ProblemCode } from '../functions/rest/problem-code.ts';
import type { RequestFacts } from '../functions/rest/rest-handler.ts';
import { definitionOf, SETTING_NAMES } from '../functions/settings/definitions.ts';
import { TILL_PROFILE, TILL_PROFILE_V1 } from '../functions/settings/till-profile.ts';
import { memoryOf, plansOf, retentionOf, webhookThrottleOf } from '../infra/environment-defaults.ts';
import { type Authorization, ROUTES } from '../infra/routes.ts';
import { LOCAL_ONLY_NAMES, parseLocalSettings } from '../local/settings.ts';
import { JOIN_COUNTS } from './bench/join-counts.ts';
import { templateOf } from './infra/templates.ts';
import { code, codeSpans, listed, rows } from './support/document-tables.ts';
import { answersOfGateway } from './support/gateway-answers.ts';
import { PLAIN_FACTS } from './support/lookup-results.ts';
import { unitTestGlobs } from './support/unit-test-globs.ts';

// Holds the lists of the documents to the code.

/** The variables that the command line reads besides the settings. */
const COMMAND_LINE_VARIABLES: readonly string[] = [
  ...COMMANDS.flatMap((command) => Object.values(command.options).flatMap(({ environment }) => environment ?? [])),
  'NO_COLOR',
  'FORCE_COLOR',
  'LOOKASIDE_DEBUG',
];

const DOCUMENTS = globSync('{*,client/*,events/*,examples/*,simulator/*,docs/**/*}.md').sort();
const read = (file: string) => readFileSync(file, 'utf8');
const settingsPage = read('docs/settings.md');
const apiPage = read('docs/api.md');
const operatingPage = read('docs/operating.md');
const joinedPage = `\n${read('docs/benchmarks/joined.md')}`;

/**
 * The names of a type: the compiler takes the list only if it has each name, and no other. So a test can hold a document to
 * a type.
 */
const namesOf = <Name extends PropertyKey>(names: Readonly<Record<Name, true>>) => Object.keys(names);

describe('docs/settings.md', () => {
  const functionRows = rows(settingsPage, '## Of the functions').slice(1);
  const localRows = rows(settingsPage, '## On one machine only').slice(1);

  test('has each setting of the functions, and no other', () => {
    expect(listed(functionRows)).toHaveLength(functionRows.length);
    expect(listed(functionRows).sort()).toEqual([...SETTING_NAMES].sort());
  });

  test.each(SETTING_NAMES.map((name) => [name]))('has the default of %s', (name) => {
    const profiles = new Map([
      [TILL_PROFILE, "the till's profile"],
      [TILL_PROFILE_V1, "the till's profile of v1.1"],
    ]);
    const { default: text } = definitionOf(name);
    const expected = text === undefined ? 'required' : (profiles.get(text) ?? (text === '' ? 'empty' : text));
    const row = functionRows.find(([first]) => code(first) === name);
    expect(code(row?.[1])).toBe(expected);
  });

  test("has the till's profile of each API", () => {
    const blocks = [...settingsPage.matchAll(/^```\n((?:user_)?id,.*?)^```$/gms)].map(([, block = '']) => block);
    expect(blocks.map((block) => block.replace(/\s+/g, ''))).toEqual([TILL_PROFILE, TILL_PROFILE_V1]);
  });

  test('has each setting of one machine with its default, and no other', () => {
    expect(listed(localRows).sort()).toEqual([...LOCAL_ONLY_NAMES].sort());

    const { port, dataDir, apiKeys, signers, issuer, dynamoDbUrl, logFormat } = parseLocalSettings({});
    const shown = (value: unknown) => (value === undefined ? 'empty' : String(value));
    expect(Object.fromEntries(localRows.map(([name, value]) => [code(name), code(value)]))).toEqual({
      PORT: shown(port),
      DATA_DIR: shown(dataDir),
      AWS_ENDPOINT_URL_DYNAMODB: shown(dynamoDbUrl),
      AWS_ENDPOINT_URL_LAMBDA: 'empty',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'empty',
      LOCAL_API_KEYS: shown(apiKeys),
      LOCAL_SIGNERS: shown(signers),
      LOCAL_ISSUER: shown(issuer),
      LOG_FORMAT: shown(logFormat),
    });
  });

  test.each(DOCUMENTS)('%s names no setting that does not exist', (file) => {
    const known: readonly string[] = [...SETTING_NAMES, ...listed(localRows), ...COMMAND_LINE_VARIABLES];
    // Capillary's types of transactions look like settings.
    const named = codeSpans(read(file).replace(/^\| `type` .*$/m, '')).filter(
      (text) => /^[A-Z]+(_[A-Z0-9]+)+$/.test(text) && !text.startsWith('AWS_'),
    );
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

test('docs/benchmarks/joined.md has the requests that the measurement is held to', () => {
  const [, ...measured] = rows(joinedPage, '# Profile and coupons in one look-up');
  const counts = measured
    .filter(([way = '']) => !way.startsWith('-'))
    .map(([way, miss, missStore, _missDuration, hit, hitStore]) => [
      way,
      ...[miss, missStore, hit, hitStore].map(Number),
    ]);
  expect(counts).toEqual(JOIN_COUNTS);
});

describe('docs/api.md', () => {
  test('has each route, and no other', () => {
    const shown: Record<Authorization, string> = {
      'api-key': 'an API key',
      iam: 'a signature',
      jwt: 'a token',
      none: 'nothing',
    };
    const documented = rows(apiPage, '## Routes').slice(1);
    expect(documented.map((cells) => cells.map(code).join(' ')).sort()).toEqual(
      ROUTES.map(({ path, method, authorization }) => `${path} ${method} ${shown[authorization]}`).sort(),
    );
  });

  test('has each directive of a request, and no other', () => {
    const documented = listed(rows(apiPage, '## Request headers')).map((name) => /^[a-z-]+/.exec(name)?.[0]);
    expect(documented.sort()).toEqual([...DIRECTIVE_NAMES].sort());
  });

  test("has each answer of the webhook's, with its status", () => {
    const documented = rows(apiPage, "## Capillary's events").map(([first = '']) => first.split(' ')[0]);
    const refusals = WEBHOOK_REFUSALS.map((name) => String(problem(name, '', '').status));
    expect(documented.filter((first = '') => /^\d/.test(first)).sort()).toEqual(['200', ...refusals].sort());
  });

  // api-parameters.test.ts checks the tables of parameters.
  test('has each embed with its sections, and no other', () => {
    const [, ...embeds] = rows(apiPage, '### Embeds').map(([name, section]) => [code(name), code(section)]);
    expect(embeds).toEqual(EMBEDS.map((embed) => [embed, sectionsOfEmbeds([embed]).join(', ')]));
    expect(embeds.every(([name = '']) => toEmbed(name) === name)).toBe(true);
  });

  test("has each identifier's name, and no other", () => {
    expect(listed(rows(apiPage, '### Identifiers')).sort()).toEqual([...IDENTIFIER_NAMES].sort());
  });

  test("has each error's code with its status, and no other", () => {
    const known = new Set([
      ...PROBLEM_CODES.map((name) => `${problem(name, '', '').status} ${name}`),
      ...answersOfGateway(),
    ]);
    const documented = rows(apiPage, '### Errors').slice(1);
    expect(documented.map(([status, name]) => `${status} ${code(name)}`).sort()).toEqual([...known].sort());
  });

  test('has each error code and kind of a direct invocation', () => {
    const [, section = ''] = apiPage.split('\n## Direct invocation\n');
    const literals = [
      ...namesOf<LookupOutcome<unknown>['kind']>({ found: true, 'not-found': true, pending: true, error: true }),
      ...namesOf<CacheResult['status']>({ hit: true, stale: true, miss: true, collapsed: true, bypass: true }),
      // The compiler takes this only if every other code is one of HTTP's errors, which have a table.
      ...namesOf<Exclude<ErrorResult['code'], ProblemCode>>({}),
      ...(['too_large', 'internal_error'] as const satisfies readonly ErrorResult['code'][]),
    ];
    const elsewhere = listed(rows(apiPage, '### Errors').map(([, name = '']) => [name]));
    expect(literals.filter((literal) => ![...codeSpans(section), ...elsewhere].includes(literal))).toEqual([]);
  });
});

describe('client/README.md', () => {
  test("shows the typed client's own example", () => {
    const [, comment = ''] = /^ \* ```ts\n(.*?)^ \* ```$/ms.exec(read('client/src/lookaside.ts')) ?? [];
    const [, own = ''] = /^```ts\n(.*?)^```$/ms.exec(read('client/README.md')) ?? [];
    // The formatter breaks the page's lines, not the comment's.
    const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
    expect(words(own)).toEqual(words(comment.replace(/^ \* ?/gm, '')));
    expect(words(own)).toContain('lookaside.lookup({');
  });
});

describe('Cache-Status', () => {
  const word: Answer = {
    kind: 'found',
    status: 200,
    body: '',
    ageMs: 0,
    ttlMs: 287_400,
    customer: undefined,
    customerAliases: [],
  };
  const call = { askedAt: 0, durationMs: 0, attempts: 1, requestId: undefined };
  const hit = cacheStatus({ ...PLAIN_FACTS, answer: word, cache: { status: 'hit', detail: undefined } });
  const staleDetails = ['stale-while-revalidate', 'stale-if-error', 'max-stale'] as const;
  const stale = staleDetails.map((detail) =>
    cacheStatus({ ...PLAIN_FACTS, answer: word, cache: { status: 'hit', detail } }),
  );
  const collapsed = (reason: ForwardReason) =>
    cacheStatus({ ...PLAIN_FACTS, answer: word, cache: { status: 'collapsed', reason } });
  const pending = (reason: ForwardReason) =>
    cacheStatus({
      ...PLAIN_FACTS,
      answer: { kind: 'pending', isPrefetch: false },
      cache: { status: 'forward', reason, isStored: false },
    });
  const forward = (reason: Extract<CacheUse, { status: 'forward' }>['reason'], status?: number, isStored = false) =>
    cacheStatus({
      ...PLAIN_FACTS,
      answer: word,
      cache: { status: 'forward', reason, isStored },
      upstreamCall: { ...call, status },
    });
  const anyNumber = (literal: string) => literal.replace(/=(-?\d+|…)/g, '=N');

  const details = [
    ...PROBLEM_CODES,
    ...UNUSED_DETAILS,
    ...answersOfGateway().map((answer) => (answer.split(' ')[1] ?? '') as ProblemCode),
  ];
  const reasons = ['miss', 'stale', 'request', 'bypass'] as const;
  const canBe = new Set(
    [
      hit,
      ...stale,
      ...(['miss', 'stale', 'request'] as const).map(collapsed),
      ...reasons.flatMap((reason) => [forward(reason), forward(reason, 200)]),
      ...(['miss', 'stale'] as const).map(pending),
      // If the cache is bypassed, nothing is stored.
      ...reasons.filter((reason) => reason !== 'bypass').map((reason) => forward(reason, 200, true)),
      ...details.map(unusedCacheStatus),
    ].map(anyNumber),
  );

  test.each(DOCUMENTS)('of %s is one that the code can answer', (file) => {
    const shown = [...read(file).matchAll(/(?:`|^Cache-Status: )(lookaside;[^`\n]*)/gm)].map(([, text = '']) => text);
    expect(shown.map(anyNumber).filter((literal) => !canBe.has(literal))).toEqual([]);
  });

  test('has a row in docs/api.md for a hit and for each reason to go forward', () => {
    const documented = rows(apiPage, '### Cache-Status').map(([, literal]) => code(literal));
    for (const start of [anyNumber(hit), ...reasons.map((reason) => forward(reason))]) {
      expect(documented.map((literal) => anyNumber(literal))).toContainEqual(expect.stringContaining(start));
    }
  });

  test('has a row in docs/api.md for each reason to serve a stale answer, and for a collapsed look-up', () => {
    const documented = rows(apiPage, '### Cache-Status').map(([, literal]) => anyNumber(code(literal)));
    expect(documented).toEqual(expect.arrayContaining([...stale, collapsed('miss')].map(anyNumber)));
  });
});

describe('docs/operating.md', () => {
  const names: readonly string[] = [...METRIC_UNITS.keys()];

  test('has each metric, and no other', () => {
    expect(names).toEqual(expect.arrayContaining(['Hit', 'Stale', 'UpstreamLatency', 'UpstreamFailure_timeout']));
    const audits = rows(operatingPage, '### Metrics of audits');
    // Rows begin with a metric, with an age, or with an API. The last ones list sections, which end the metrics' names.
    const ofAges = audits.filter(([first = '']) => / old$/.test(first)).flatMap(([, cell = '']) => codeSpans(cell));
    const ofSections = audits
      .filter(([first = '']) => ['v2', 'v1.1', 'both'].includes(first))
      .flatMap(([, cell = '']) => codeSpans(cell).map((section) => `AuditDriftIn_${section}`));
    const documented = [...listed(rows(operatingPage, '## Metrics')), ...listed(audits), ...ofAges, ...ofSections];
    expect(documented.sort()).toEqual([...names].sort());
  });

  test('explains each kind of failure that a log line may name', () => {
    const explained = codeSpans(operatingPage);
    expect(
      FAILURE_KINDS.filter((kind) => ![kind, `UpstreamFailure_${kind}`].some((name) => explained.includes(name))),
    ).toEqual([]);
  });

  test('asks CloudWatch for metrics as they are written', () => {
    const format = createMetricsFormat({ environment: 'sandbox', function: 'http' })({ cache: 'bypass' });
    expect(format).toMatchObject({
      _aws: {
        CloudWatchMetrics: [{ Namespace: 'Lookaside', Dimensions: [['environment'], ['environment', 'function']] }],
      },
    });
    const asked = [...operatingPage.matchAll(/--namespace Lookaside --metric-name (\w+)/g)].map(
      ([, name = '']) => name,
    );
    expect(asked).not.toEqual([]);
    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
    expect(operatingPage).toContain('--dimensions Name=environment,Value="$ENVIRONMENT"');
  });

  test('filters the log by fields that the lines have, also by metrics of a look-up in a batch', () => {
    const filtered = [...operatingPage.matchAll(/\{ \$\.(\w+) /g)].map(([, name = '']) => name);
    expect(filtered).toEqual(expect.arrayContaining(['Bypass', 'Fault', 'Guarded']));
    // The canary's lines have no metrics, and the gateway's have only its own fields.
    expect(filtered.filter((name) => ![...names, 'level', 'status'].includes(name))).toEqual([]);
    const format = createMetricsFormat({ environment: 'sandbox', function: 'http' });
    expect(format({ lookups: [{ cache: 'hit' }, { code: 'internal_error' }] })).toMatchObject({ Fault: 1 });
  });

  test("has each field of a request's log line, and no other", () => {
    const known = [
      ...namesOf<keyof LookupReport>({
        answer: true,
        cache: true,
        detail: true,
        isStored: true,
        notStored: true,
        joined: true,
        ageMs: true,
        upstreamFailure: true,
        upstreamError: true,
        upstreamStatus: true,
        upstreamDurationMs: true,
        upstreamAttempts: true,
        upstreamRequestId: true,
        storeFailure: true,
        isIdentityMismatch: true,
        isRevalidationAsked: true,
        isRevalidationLost: true,
        isPrefetch: true,
        isPrefetchUsed: true,
      }),
      ...namesOf<keyof RequestFacts>({
        requestId: true,
        method: true,
        resource: true,
        status: true,
        durationMs: true,
        by: true,
      }),
      ...namesOf<keyof ErrorFacts>({ error: true, stack: true }),
      ...namesOf<keyof AuditReport>({ audit: true, ageSeconds: true, sections: true, why: true }),
      // The log fields of an endpoint besides those of the look-up, and the dimensions of the metrics.
      'api',
      'code',
      'purpose',
      'lookups',
      'event',
      'purged',
      'markedStale',
      'store',
      'isGuarded',
      'callerClass',
      'foreignEvent',
      'isEventUnread',
      'unread',
      'regions',
      'failedRegions',
      'isFromOtherRegion',
      'environment',
      'function',
      'level',
      'timestamp',
      'message',
    ];
    const documented = rows(operatingPage, '## The log')
      .slice(1)
      .flatMap(([cell = '']) => codeSpans(cell));
    expect(documented.sort()).toEqual(known.sort());
  });
});

test.each(DOCUMENTS)('%s invokes functions by their alias: the newest version may have other secrets', (file) => {
  const outputs = templateOf('default').Outputs;
  const asked = [...read(file).matchAll(/aws lambda invoke --function-name "?(\$\(output (\w+)\))?([\w:-]*)/g)];
  const names = asked.map(([, , output = '', rest]) => `${JSON.stringify(outputs[output]?.Value ?? '')}${rest}`);
  expect(names.filter((name) => !name.includes(':live'))).toEqual([]);
});

test.each(DOCUMENTS)('%s asks only for outputs that the stack has', (file) => {
  const outputs = (['default', 'with a domain'] as const).flatMap((name) => Object.keys(templateOf(name).Outputs));
  const asked = [...read(file).matchAll(/\boutput "?([A-Z]\w+)/g)].map(([, name = '']) => name);
  expect(asked.filter((name) => !outputs.includes(name))).toEqual([]);
});

test('docs/deploying.md has the values of an environment that says nothing else', () => {
  const bare = { name: 'bare' };
  const { plans, apiKeys } = plansOf(bare);
  const [plan] = plans;
  const webhook = webhookThrottleOf(bare);
  expect(rows(read('docs/deploying.md'), '## Environments').slice(1, 7)).toEqual([
    ['`apiKeys`', `one key, \`${apiKeys}\``],
    ['`throttle`', `${plan?.throttle.perSecond} requests a second for each key, ${plan?.throttle.burst} at once`],
    [
      '`quota`',
      `${plan?.quota.requests.toLocaleString('en')} requests a ${plan?.quota.per.toLowerCase()} for each key`,
    ],
    ['`webhookThrottle`', `${webhook.perSecond} events a second, ${webhook.burst} at once`],
    ['`memoryMb`', `${memoryOf(bare)} MB for each function`],
    ['`logRetentionDays`', `${retentionOf(bare)}: how long the logs are kept`],
  ]);
});

test('CONTRIBUTING.md names each npm script that tests', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const tests = Object.keys(scripts).filter((name) => name.startsWith('test:'));
  expect(tests.filter((name) => !read('CONTRIBUTING.md').includes(`npm run ${name}`))).toEqual([]);
});

test('CONTRIBUTING.md names the folders of the unit tests, and no other', async () => {
  const folders = (await unitTestGlobs()).flatMap((glob) => /^test\/\{([^}]*)\}/.exec(glob)?.[1]?.split(',') ?? []);
  const [, sentence = ''] = /The unit tests are those of(.*?)\. /s.exec(read('CONTRIBUTING.md')) ?? [];
  const named = codeSpans(sentence).filter((text) => text.endsWith('/'));
  expect(named.sort()).toEqual(folders.map((folder) => `test/${folder}/`).sort());
});

test('docs/design.md has each dependency with its reason, and no other', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const tables = rows(read('docs/design.md'), '## Dependencies');
  const start = tables.findLastIndex(([first]) => first === 'package');
  expect(listed(tables.slice(0, start)).sort()).toEqual(Object.keys(dependencies).sort());
  expect(listed(tables.slice(start)).sort()).toEqual(Object.keys(devDependencies).sort());
  expect(tables.filter(([, reason]) => reason === '')).toEqual([]);
});

describe.each(DOCUMENTS)('%s', (file) => {
  const page = read(file);

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const named = [...page.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(([, run, short]) => run ?? short);
    expect(named.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
  });

  test('links only to targets that exist', () => {
    const targets = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const broken = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const aim = path === '' ? file : join(dirname(file), path);
        return !existsSync(aim) || (anchor !== undefined && !anchorsOf(read(aim)).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  test('names only files that exist', () => {
    const paths = codeSpans(page).filter((text) =>
      /^(client|functions|infra|local|events|scripts|bench|test|docs)\/[\w./-]*$/.test(text),
    );
    const isRoute = (path: string) => ROUTES.some((route) => route.path === `/${path}`);
    expect(paths.filter((path) => !existsSync(path) && !isRoute(path))).toEqual([]);
  });
});

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
