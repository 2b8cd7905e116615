import { describe, expect, test } from '@jest/globals';
import { type Patient, patientFunction, patientHere } from '../../../cli/doctor/patient.ts';
import { checkClock, checkService } from '../../../cli/doctor/reach-checks.ts';
import { checkNode, checkRegion, checkSecrets, checkSettings } from '../../../cli/doctor/set-up-checks.ts';
import type { Reply } from '../../../functions/smoke/exchange.ts';

const REAL = {
  UPSTREAM_BASE_URL: 'https://capillary.example',
  UPSTREAM_CREDENTIALS: '{"username":"till","password":"hush-hush"}',
  CACHE_KEY_SECRET: 'a-long-enough-made-up-secret',
};
const SECRET_ARN = 'arn:aws:secretsmanager:ap-south-1:123456789012:secret:a';
const { UPSTREAM_CREDENTIALS: _, ...WITHOUT_CREDENTIALS } = REAL;
const DEPLOYED = { ...WITHOUT_CREDENTIALS, UPSTREAM_CREDENTIALS_ARN: SECRET_ARN };

describe('node', () => {
  test.each<[string | undefined, string, string, RegExp]>([
    [undefined, '24.21.0', 'well', /^Node\.js 24\.21\.0$/],
    [undefined, '25.0.0', 'well', /25/],
    [undefined, '22.19.0', 'wrong', /allowed is 24 or newer/],
    ['nodejs24.x', '20.0.0', 'well', /nodejs24\.x/],
    ['nodejs22.x', '24.0.0', 'well', /nodejs22\.x/],
    ['nodejs20.x', '24.0.0', 'wrong', /loses the digits/],
    ['python3.13', '24.0.0', 'wrong', /python3\.13/],
  ])('a function on %s, or this Node %s: %s', (runtime, version, state, says) => {
    expect(checkNode({ runtime }, version)).toMatchObject({ state, says: expect.stringMatching(says) });
  });
});

describe('settings', () => {
  test.each<[string, Patient, readonly RegExp[]]>([
    ['nothing is set here: all are the defaults', patientHere({}), []],
    ['a real upstream here', patientHere(REAL), []],
    ['a function', patientFunction(DEPLOYED, 'nodejs24.x'), []],
    ['each wrong one', patientHere({ FRESH_SECONDS: '-1', PORT: 'x' }), [/PORT is "x"/, /FRESH_SECONDS is "-1"/]],
    ['a misspelt name', patientHere({ FRESH_SECOND: '1' }), [/If FRESH_SECONDS is meant/]],
    [
      'a name that only this machine knows, in a function',
      patientFunction({ ...DEPLOYED, LOG_FORMAT: 'json' }, undefined),
      [],
    ],
    [
      'the settings that a function needs',
      patientFunction({}, 'nodejs24.x'),
      [/UPSTREAM_BASE_URL/, /CACHE_KEY_SECRET/, /CREDENTIALS_ARN/],
    ],
  ])('%s', (_case, patient, wrong) => {
    const findings = checkSettings(patient);
    expect(findings.filter(({ state }) => state === 'wrong').map(({ says }) => says)).toEqual(
      wrong.map((words) => expect.stringMatching(words)),
    );
    if (wrong.length === 0) expect(findings).toMatchObject([{ state: 'well' }]);
    else for (const { todo } of findings) expect(todo).toMatch(/\S/);
  });

  test('no finding repeats a secret', () => {
    const patient = patientHere({
      ...REAL,
      UPSTREAM_CREDENTIALS: '{"username":"hush-hush"}',
      CACHE_KEY_SECRET: ',hush-hush',
    });
    expect(JSON.stringify([checkSettings(patient), checkSecrets(patient)])).not.toContain('hush-hush');
  });
});

describe('secrets', () => {
  test.each<[string, Patient, string, RegExp]>([
    ['none here, with the simulator', patientHere({}), 'well', /fixed one of this machine/],
    [
      'none here, with an upstream on this machine',
      patientHere({ ...REAL, UPSTREAM_BASE_URL: 'http://127.0.0.1:1', CACHE_KEY_SECRET: '' }),
      'well',
      /fixed/,
    ],
    ['none here, with a real upstream', patientHere({ ...REAL, CACHE_KEY_SECRET: '' }), 'wrong', /real customers/],
    ['a long one', patientHere(REAL), 'well', /^CACHE_KEY_SECRET is set$/],
    ['a long one, deployed', patientFunction(DEPLOYED, undefined), 'well', /^CACHE_KEY_SECRET is set$/],
    ['a short one', patientHere({ ...REAL, CACHE_KEY_SECRET: 'fifteen-letters' }), 'wrong', /shorter than 16/],
    [
      'two while rotating',
      patientHere({ ...REAL, CACHE_KEY_SECRET: `${'a'.repeat(16)},${'b'.repeat(16)}` }),
      'well',
      /2 of them/,
    ],
    ['two, one of them short', patientHere({ ...REAL, CACHE_KEY_SECRET: `${'a'.repeat(16)},b` }), 'wrong', /shorter/],
    ['wrong settings', patientHere({ FRESH_SECONDS: 'x' }), 'skipped', /settings are wrong/],
  ])('%s', (_case, patient, state, says) => {
    expect(checkSecrets(patient)).toMatchObject({ state, says: expect.stringMatching(says) });
  });
});

describe('region', () => {
  test.each<[string, Patient, string | undefined, string, RegExp]>([
    ['none is needed here', patientHere({}), undefined, 'well', /none is needed/],
    [
      'none is needed for a DynamoDB on this machine',
      patientHere({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' }),
      undefined,
      'well',
      /none/,
    ],
    [
      'one is needed for a DynamoDB elsewhere',
      patientHere({ AWS_ENDPOINT_URL_DYNAMODB: 'https://a.example' }),
      undefined,
      'wrong',
      /No region/,
    ],
    ['a secret’s ARN names it', patientHere(DEPLOYED), undefined, 'well', /^ap-south-1$/],
    ['it is that of the secret', patientFunction(DEPLOYED, undefined), 'ap-south-1', 'well', /^ap-south-1$/],
    [
      'it is not that of the secret',
      patientFunction(DEPLOYED, undefined),
      'eu-west-1',
      'wrong',
      /in ap-south-1, and the region is eu-west-1/,
    ],
    ['a function by inline credentials', patientFunction(REAL, undefined), 'eu-west-1', 'well', /^eu-west-1$/],
    [
      'a secret by its name, and no region',
      patientHere({ ...DEPLOYED, UPSTREAM_CREDENTIALS_ARN: 'a-name' }),
      undefined,
      'wrong',
      /No region/,
    ],
    ['wrong settings', patientHere({ FRESH_SECONDS: 'x' }), 'eu-west-1', 'skipped', /settings are wrong/],
  ])('%s', (_case, patient, region, state, says) => {
    expect(checkRegion(patient, region)).toMatchObject({ state, says: expect.stringMatching(says) });
  });
});

const AT = Date.parse('Sun, 22 Nov 2026 04:00:00 GMT');
const reply = (given: Partial<Reply>): Reply => ({
  status: 200,
  headers: new Headers({ date: new Date(AT).toUTCString() }),
  body: '',
  askedAt: AT,
  answeredAt: AT,
  ...given,
});

describe('clock', () => {
  test.each<[string, Reply | undefined, string, RegExp]>([
    ['agrees', reply({}), 'well', /agrees with that of a server/],
    ['agrees: the answer took long', reply({ askedAt: AT - 60_000, answeredAt: AT + 60_000 }), 'well', /agrees/],
    [
      'agrees within a second of the header and five of tolerance',
      reply({ askedAt: AT + 6000, answeredAt: AT + 6000 }),
      'well',
      /agrees/,
    ],
    ['is a little more ahead', reply({ askedAt: AT + 6001, answeredAt: AT + 6001 }), 'wrong', /about 5 s ahead of/],
    ['is ahead', reply({ askedAt: AT + 601_000, answeredAt: AT + 602_000 }), 'wrong', /about 600 s ahead of/],
    ['is behind', reply({ askedAt: AT - 600_000, answeredAt: AT - 599_000 }), 'wrong', /about 599 s behind/],
    ['of a server without a time', reply({ headers: new Headers() }), 'skipped', /no server/],
    ['without a server', undefined, 'skipped', /no server/],
  ])('%s', (_case, answer, state, says) => {
    expect(checkClock(answer, 'a server')).toMatchObject({ state, says: expect.stringMatching(says) });
  });
});

describe('service', () => {
  test.each<[string, Reply | string | undefined, boolean, string, RegExp]>([
    [
      'is well',
      reply({ body: '{"status":"ok","store":"ok"}' }),
      true,
      'well',
      /answers at a-host, and its store is ok/,
    ],
    [
      'is degraded',
      reply({ body: '{"status":"degraded","store":"unavailable"}' }),
      true,
      'wrong',
      /degraded: its store is unavailable/,
    ],
    ['is another program', reply({ body: 'Hello' }), false, 'wrong', /not from Lookaside/],
    ['is another program that speaks JSON', reply({ body: '[]' }), false, 'wrong', /not from Lookaside/],
    [
      'is Lookaside, but not at this path',
      reply({
        status: 404,
        headers: new Headers({ 'content-type': 'application/problem+json' }),
        body: '{"code":"not_found"}',
      }),
      true,
      'wrong',
      /^Lookaside answers at a-host, but has nothing at this path\.$/,
    ],
    ['refuses', reply({ status: 403, body: '{"status":"ok"}' }), true, 'wrong', /HTTP status 403/],
    ['does not answer where it should', 'a-host cannot be reached.', true, 'wrong', /cannot be reached/],
    ['does not run here', '127.0.0.1 cannot be reached.', false, 'skipped', /npm start does not run/],
    ['was not asked', undefined, false, 'skipped', /--url/],
  ])('%s', (_case, answer, isAsked, state, says) => {
    expect(checkService(answer, isAsked, 'a-host')).toMatchObject({ state, says: expect.stringMatching(says) });
  });
});
