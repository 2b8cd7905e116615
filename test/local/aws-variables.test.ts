import { afterEach, expect, test } from '@jest/globals';
import { DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { startHttpServer } from '../support/loopback-server.ts';
import { PATIENT } from '../support/patience.ts';
import { type Program, run } from './program.ts';

let program: Program;

afterEach(async () => {
  program.kill('SIGKILL');
  await program.exit;
});

/** Asks for a customer, and returns the status and the Cache-Status. */
async function lookUp(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const query = 'source=INSTORE&identifierName=mobile&identifierValue=1234512345';
  const { status, headers: answered } = await fetch(`${url}/v2/customers/lookup/customerDetails?${query}`, { headers });
  return `${status} ${answered.get('cache-status')}`;
}

/** A person's shell may have them for other programs. Each of them alone would stop the AWS SDK here. */
const OF_OTHER_PROGRAMS = {
  AWS_PROFILE: 'expired',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_ACCESS_KEY_ID: 'AKIAHALF',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
};

test("the service's own store and functions do not depend on the shell's AWS variables", async () => {
  program = run('local/main.ts', [], { ...PATIENT, ...OF_OTHER_PROGRAMS, PORT: '0' });
  const [, url = ''] = await program.waitFor(/answers on (http:\/\/127\.0\.0\.1:\d+)/);

  // The fetch goes on in `lookaside-revalidate`, by the Invoke API.
  expect(await lookUp(url, { prefer: 'wait=0' })).toBe('202 lookaside; fwd=miss; detail=pending');
  expect(await lookUp(url)).toMatch(/^200 lookaside; (hit; ttl=\d+|fwd=miss; collapsed)$/);
  expect(await lookUp(url)).toMatch(/^200 lookaside; hit; ttl=\d+$/);
});

test('a Secrets Manager on this machine needs no AWS variables but its address', async () => {
  const signatures: unknown[] = [];
  const { url: secretsUrl } = await startHttpServer((response, request) => {
    signatures.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ Name: 'capillary', SecretString: JSON.stringify(DEFAULT_BASIC_CREDENTIALS) }));
  });
  const secret = { UPSTREAM_CREDENTIALS_ARN: 'capillary', AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl };
  program = run('local/main.ts', [], { ...PATIENT, ...secret, PORT: '0' });
  const [, url = ''] = await program.waitFor(/answers on (http:\/\/127\.0\.0\.1:\d+)/);

  expect(await lookUp(url)).toBe('200 lookaside; fwd=miss; fwd-status=200; stored');
  expect(signatures).toEqual([expect.stringContaining('Credential=local/')]);
});
