import { describe, expect, test } from '@jest/globals';
import { type Environment, parseSettings } from '../../functions/settings/settings.ts';
import { functionsEnvironment, parseLocalSettings } from '../../local/settings.ts';
import { type Started, startLines } from '../../local/start-lines.ts';

const URL = 'http://127.0.0.1:3000';
const EMBEDDED = {
  url: 'http://127.0.0.1:8000',
  isEmbedded: true,
  isReady: true,
  awsConfig: () => ({}),
  close: async () => {},
};

function linesOf(environment: Environment, changes: Partial<Started> = {}, hasColour = false): readonly string[] {
  const settings = parseSettings(functionsEnvironment(environment, 'http://127.0.0.1:4010'));
  const simulator = { url: 'http://127.0.0.1:4010' };
  const service = {
    url: URL,
    store: EMBEDDED,
    simulator,
    settings,
    local: parseLocalSettings(environment),
    ...changes,
  };
  return startLines(service, hasColour);
}

describe('the first lines of npm start', () => {
  test.each<[string, string, Environment, Partial<Started>]>([
    ['Upstream', 'http://127.0.0.1:4010', {}, { simulator: undefined }],
    ['Store', 'table lookaside in an embedded DynamoDB at http://127.0.0.1:8000, in /data', { DATA_DIR: '/data' }, {}],
    [
      'Store',
      'table lookaside in the DynamoDB at http://127.0.0.1:8000',
      {},
      { store: { ...EMBEDDED, isEmbedded: false } },
    ],
    [
      'Store',
      'table lookaside in the DynamoDB at http://127.0.0.1:8000, which does not answer: look-ups go to the upstream until it does',
      {},
      { store: { ...EMBEDDED, isEmbedded: false, isReady: false } },
    ],
    [
      'Store',
      'table lookaside in an embedded DynamoDB at http://127.0.0.1:8000, in memory (DATA_DIR keeps it on disk); look-ups do not use it (CACHE_MODE=bypass)',
      { CACHE_MODE: 'bypass' },
      {},
    ],
    [
      'Store',
      'table lookaside in the DynamoDB at http://127.0.0.1:8000, which does not answer; look-ups do not use it (CACHE_MODE=bypass)',
      { CACHE_MODE: 'bypass' },
      { store: { ...EMBEDDED, isEmbedded: false, isReady: false } },
    ],
    [
      'Callers',
      'look-ups need an API key (LOCAL_API_KEYS); the rest is open to everybody on this machine: no IAM here',
      { LOCAL_API_KEYS: 'till-key' },
      {},
    ],
    [
      'Callers',
      'look-ups need a signature of one of LOCAL_SIGNERS; the rest is open to everybody on this machine: no IAM here',
      { CALLER_AUTH: 'iam' },
      {},
    ],
    [
      'Callers',
      'look-ups need a token of LOCAL_ISSUER; the rest is open to everybody on this machine: no IAM here',
      { CALLER_AUTH: 'jwt' },
      {},
    ],
  ])('%s: %s', (label, text, environment, changes) => {
    expect(linesOf(environment, changes)).toContain(`  ${label.padEnd(15)}${text}`);
  });

  test.each<[string, Environment, Partial<Started>]>([
    ['Try it. The first request is a miss. The second, for the same customer, is a hit:', {}, {}],
    ['Try it:', { FRESH_SECONDS: '0' }, {}],
    ['Try it:', { CACHE_MODE: 'bypass' }, {}],
    [
      'Try it, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of one of LOCAL_SIGNERS. The first request is a miss. The second, for the same customer, is a hit:',
      { CALLER_AUTH: 'iam' },
      {},
    ],
    ['Try it, with a token of LOCAL_ISSUER in TOKEN:', { CALLER_AUTH: 'jwt', FRESH_SECONDS: '0' }, {}],
    ['Try it:', {}, { store: { ...EMBEDDED, isReady: false } }],
  ])('%s above two curl lines', (words, environment, changes) => {
    expect(linesOf(environment, changes).slice(-4)).toEqual([
      words,
      expect.stringMatching(/^curl -i .*'http:/),
      expect.stringMatching(/^curl -i .*'http:/),
      '',
    ]);
  });

  test('suggest nothing for a real upstream: they know no customer of it', () => {
    expect(linesOf({}, { simulator: undefined }).filter((line) => line.startsWith('curl'))).toEqual([]);
  });

  test.each<[string, Environment]>([
    ['without a key, and no class is the default', { CALLERS: '{"kiosks":{}}' }],
    ['with keys of no class', { CALLERS: '{"kiosks":{}}', LOCAL_API_KEYS: 'till-key,others.1' }],
    ['of a class for another source', { CALLERS: '{"web":{"sources":["WECHAT"],"isDefault":true}}' }],
  ])('suggest nothing that each caller is refused, and say why: callers %s', (_title, environment) => {
    const lines = linesOf(environment);
    expect(lines.filter((line) => /^(curl|Try it)/.test(line))).toEqual([]);
    expect(lines).toContain(
      `  ${'Callers'.padEnd(15)}none may ask for INSTORE: CALLERS allows it neither to a default class nor to a class ` +
        'with a key in LOCAL_API_KEYS; the rest is open to everybody on this machine: no IAM here',
    );
  });

  test('have colours for labels only', () => {
    const [first, , console] = linesOf({}, {}, true);
    expect([first, console]).toEqual([
      'Lookaside answers on http://127.0.0.1:3000, until Ctrl-C',
      `  \u001B[90mConsole        \u001B[0m${URL}/`,
    ]);
  });
});
