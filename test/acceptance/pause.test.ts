import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { by, start } from './running-service.ts';

const MOBILE = '1234512345';

/** The arguments of the command of docs/operating.md that ends the pause, as a shell passes them to `aws`. */
function readCommand(): ReadonlyMap<string, string> {
  const page = readFileSync('docs/operating.md', 'utf8');
  const [, command = ''] = /```sh\n(aws dynamodb update-item (?:(?!```)[\s\S])*?)```/.exec(page) ?? [];
  const script = `output() { echo lookaside; }\naws() { printf '%s\\0' "$@"; }\n${command}`;
  const [service, operation, ...options] = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0');
  expect([service, operation]).toEqual(['dynamodb', 'update-item']);
  return new Map(options.flatMap((name, n) => (n % 2 === 0 ? [[name, options[n + 1] ?? '']] : [])));
}

test('the command of docs/operating.md ends a long pause for every instance', async () => {
  const first = await start();
  const second = await start({ AWS_ENDPOINT_URL_DYNAMODB: first.storeUrl });
  const statuses = async () => [
    (await first.lookup(by('mobile', MOBILE))).status,
    (await second.lookup(by('email', 'bubalus@example.com'))).status,
  ];
  first.upstream.control({ fault: { kind: 'throttle', retryAfterSeconds: 600, times: 1 } });
  expect(await statuses()).toEqual([503, 503]);
  expect(second.upstream.requests).toEqual([]);

  const option = readCommand();
  const json = (name: string) => JSON.parse(option.get(name) ?? '');
  const client = new DynamoDBClient({
    endpoint: first.storeUrl ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new UpdateItemCommand({
      TableName: option.get('--table-name'),
      Key: json('--key'),
      UpdateExpression: option.get('--update-expression'),
      ExpressionAttributeNames: json('--expression-attribute-names'),
      ExpressionAttributeValues: json('--expression-attribute-values'),
      ConditionExpression: option.get('--condition-expression'),
    }),
  );
  client.destroy();
  // An instance uses what it read about the pause for a second.
  await sleep(1000);
  expect(await statuses()).toEqual([200, 200]);
});
