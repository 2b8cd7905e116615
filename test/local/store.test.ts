import type { ServerResponse } from 'node:http';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { localAwsConfig, parseLocalSettings } from '../../local/settings.ts';
import { StartError } from '../../local/start-error.ts';
import { openStore } from '../../local/store.ts';
import { forwardRequest } from '../support/forward-request.ts';
import { startHttpServer } from '../support/loopback-server.ts';

const open = (url: string) => openStore(parseLocalSettings({ AWS_ENDPOINT_URL_DYNAMODB: url }), 'lookaside', {}, 20);

function refuse(response: ServerResponse, status: number, name: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'made up' }));
}

test.each<readonly [status: number, name: string, operation: string]>([
  [400, 'ThrottlingException', 'DescribeTable'],
  [400, 'ThrottlingException', 'CreateTable'],
  [400, 'RequestLimitExceeded', 'DescribeTable'],
  [500, 'InternalServerError', 'DescribeTable'],
  [503, 'ServiceUnavailable', 'CreateTable'],
])(
  'a store that answers %s %s to %s does not stop the start, and gets the table later',
  async (status, name, refused) => {
    await using dynamoDb = await startDynamoDb();
    let isRefusing = true;
    const { url } = await startHttpServer((response, request) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1];
      if (isRefusing && operation === refused) return refuse(response, status, name);
      return forwardRequest(dynamoDb.url, request, response);
    });

    const store = await open(url);
    expect(store).toMatchObject({ isReady: false, isEmbedded: false });
    isRefusing = false;

    await dynamoDb.untilTable('lookaside');
    await store.close();
  },
);

test.each(['AccessDeniedException', 'UnrecognizedClientException', 'ValidationException'])(
  'a store that answers %s stops the start',
  async (name) => {
    const { url } = await startHttpServer((response) => refuse(response, 400, name));
    await expect(open(url)).rejects.toThrow(StartError);
  },
);

async function startDynamoDb() {
  const { url, close } = await startEmbeddedDynamoDb(undefined);
  const client = new DynamoDBClient({ endpoint: url, ...localAwsConfig({}, url) });
  return {
    url,
    untilTable: async (TableName: string) => {
      for (;;) {
        const described = await client.send(new DescribeTableCommand({ TableName })).catch(() => undefined);
        if (described?.Table?.TableStatus === 'ACTIVE') return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await close();
    },
  };
}
