import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalService, startLocal } from '../../local/service.ts';
import { basicAuthorization, DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { plainEnvironment } from '../deploy/process.ts';
import { PATIENT } from '../support/patience.ts';

const log = { info: () => undefined, error: () => undefined };
const FOUND = 'source=INSTORE&identifierName=mobile&identifierValue=1234512345';
const OTHER = 'source=INSTORE&identifierName=externalId&identifierValue=CUST-0006&embed=points';
const NOBODY = 'source=INSTORE&identifierName=mobile&identifierValue=9999999999';

let service: LocalService;
beforeAll(async () => {
  service = await startLocal(
    { ...PATIENT, PORT: '0', LOCAL_API_KEYS: 'till-key', STALE_WHILE_REVALIDATE_SECONDS: '0' },
    { log, simulator: { latencyMs: 0, jitterMs: 0 } },
  );
});
afterAll(() => service.close());

async function compare(lines: readonly string[], ...parameters: string[]) {
  const child = spawn(process.execPath, ['examples/shadow/compare.ts', ...parameters], {
    env: {
      ...plainEnvironment(),
      LOOKASIDE_URL: service.url,
      LOOKASIDE_KEY: 'till-key',
      CAPILLARY_URL: service.simulator?.url,
      CAPILLARY_AUTHORIZATION: basicAuthorization(DEFAULT_BASIC_CREDENTIALS),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  child.stdin.end(lines.join('\n'));
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  return { exitCode, output: output.trim().split('\n') };
}

describe('examples/shadow/compare.ts', () => {
  test('finds the answers of both the same: a miss, a hit, sections, not found, with the digits of numbers', async () => {
    expect(await compare([FOUND, FOUND, OTHER, NOBODY])).toEqual({
      exitCode: 0,
      output: ['4 same, 0 different, 0 failed'],
    });
  });

  test('names each difference by its line and its path, never by a value', async () => {
    await compare([OTHER]);
    const change = { id: 'CUST-0006', points: '7.25' };
    const { customers } = (await (await fetch(`${service.simulator?.url}/__control/customers?q=CUST-0006`)).json()) as {
      customers: { id: string }[];
    };
    const response = await fetch(`${service.simulator?.url}/__control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ change: { ...change, id: String(customers[0]?.id) } }),
    });
    expect(response.status).toBe(200);

    const { exitCode, output } = await compare(['', NOBODY, OTHER]);
    expect(exitCode).toBe(1);
    expect(output).toEqual([
      expect.stringMatching(/^line 3: differs in .*[pP]oints.*; Lookaside's answer is \d+ s old$/),
      '1 same, 1 different, 0 failed',
    ]);
    expect(output.join()).not.toMatch(/7\.25|CUST-0006/);

    expect(await compare([OTHER], '--fresh')).toEqual({ exitCode: 0, output: ['1 same, 0 different, 0 failed'] });
  });
});
