import { expect, test } from '@jest/globals';
import { startHttpServer } from '../support/loopback-server.ts';
import { spawnLookaside } from './spawn-lookaside.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-secret';

test('each command that asks AWS ends with 5 if the credentials of this shell have expired', async () => {
  const { url } = await startHttpServer((response) => {
    response
      .writeHead(403, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': 'ExpiredTokenException' })
      .end('{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}');
  });
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_LAMBDA: url,
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'old',
    CACHE_KEY_SECRET: 'a-key-secret-of-a-test',
    UPSTREAM_CREDENTIALS: '{"username":"a","password":"b"}',
  };
  const lines = [
    'lookup mobile=1234512345 --function lookaside-invoke',
    'peek mobile=1234512345 --function lookaside-http',
    'peek mobile=1234512345 --own-settings',
    'doctor --function lookaside-http',
    'watch --deployment production --rounds 1',
    'keys list --deployment lookaside-production',
    `secret --secret ${SECRET}`,
  ];
  const ended = await Promise.all(lines.map((line) => spawnLookaside(line.split(' '), { input: '', environment })));
  expect(ended.map(({ exitCode }, at) => [lines[at], exitCode])).toEqual(lines.map((line) => [line, 5]));
  for (const { stdout, stderr } of ended) expect(stdout + stderr).not.toMatch(/^\s+at /m);
});
