import path from 'node:path';
import { expect, test } from '@jest/globals';
import { startLocal } from '../../local/service.ts';
import { plainEnvironment, run, runOrFail } from '../deploy/process.ts';
import { PATIENT } from '../support/patience.ts';
import { installPython } from '../support/python-environment.ts';

/** `npm run test:examples`: the example that needs a package of another language. */

test('examples/boto3/till.py asks for a batch by direct invocation', async () => {
  const programs = await installPython('boto3', 'test/examples/requirements.txt');
  const python = path.join(programs, 'python');
  expect(await run(python, ['examples/boto3/till.py'], plainEnvironment())).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('Usage: till.py NUMBER...'),
  });
  const log = { info: () => undefined, error: () => undefined };
  const service = await startLocal({ ...PATIENT, PORT: '0' }, { log, simulator: { latencyMs: 0 } });
  try {
    const environment = {
      ...plainEnvironment(),
      AWS_ENDPOINT_URL_LAMBDA: service.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const till = ['examples/boto3/till.py', '+91 12345 12345', '9999999999', 'abc'];
    const output = await runOrFail(python, till, environment);
    expect(output.trim().split('\n')).toEqual([
      'found Bubalus 566881933 miss',
      'not-found 8015',
      'error invalid_identifier',
    ]);
    const here = { ...environment, LOOKASIDE_FUNCTION: 'lookaside-invoke:live' };
    expect(await runOrFail(python, till, here)).toContain('found Bubalus 566881933 hit\n');
    const deployed = { ...environment, LOOKASIDE_FUNCTION: 'lookaside-production-invoke:live' };
    expect(await run(python, till, deployed)).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining(deployed.LOOKASIDE_FUNCTION),
    });
  } finally {
    await service.close();
  }
}, 600_000);
