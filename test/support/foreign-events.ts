import type { EventKind } from '../../functions/event-kind.ts';

/**
 * Events of others, which may reach any function: by a schedule, a plug-in that keeps functions warm, a trigger or a
 * gateway that was connected by mistake. `canary` marks text that must not reach the log.
 */
export const FOREIGN_EVENTS: readonly (readonly [EventKind, unknown])[] = [
  [
    'scheduled',
    {
      version: '0',
      id: '1',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '123456789012',
      time: '2026-11-22T04:00:00Z',
      region: 'ap-south-1',
      resources: ['canary'],
      detail: {},
    },
  ],
  ['event-bridge', { version: '0', 'detail-type': 'canary', source: 'canary', detail: { canary: 1 } }],
  ['warm-up', { source: 'serverless-plugin-warmup' }],
  ['warm-up', { warmer: true, concurrency: 3 }],
  ['sqs-records', { Records: [{ eventSource: 'aws:sqs', messageId: '1', body: '{"lookups":["canary"]}' }] }],
  ['sns-records', { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', Sns: { Message: 'canary' } }] }],
  ['s3-records', { Records: [{ eventSource: 'aws:s3', s3: { object: { key: 'canary' } } }] }],
  ['dynamodb-records', { Records: [{ eventSource: 'aws:dynamodb', dynamodb: { Keys: {} } }] }],
  ['kinesis-records', { Records: [{ eventSource: 'aws:kinesis', kinesis: { data: 'Y2FuYXJ5' } }] }],
  ['records', { Records: [] }],
  [
    'http-api',
    {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/canary',
      rawQueryString: 'canary',
      headers: { a: 'canary' },
      requestContext: { http: { method: 'GET', path: '/canary' }, requestId: 'r' },
    },
  ],
  [
    'alb',
    {
      httpMethod: 'GET',
      path: '/health',
      queryStringParameters: {},
      headers: { 'x-canary': 'canary' },
      requestContext: { elb: { targetGroupArn: 'canary' } },
      body: '',
      isBase64Encoded: false,
    },
  ],
  ['authorizer', { type: 'REQUEST', methodArn: 'canary', httpMethod: 'GET', resource: '/', requestContext: {} }],
  ['cloudwatch-logs', { awslogs: { data: 'canary' } }],
  [
    'websocket-api',
    { requestContext: { routeKey: '$connect', eventType: 'CONNECT', connectionId: 'canary' }, isBase64Encoded: false },
  ],
  [
    'cognito',
    {
      version: '1',
      triggerSource: 'PreSignUp_SignUp',
      region: 'ap-south-1',
      userPoolId: 'canary',
      userName: 'canary',
      request: { userAttributes: { email: 'canary' } },
      response: {},
    },
  ],
  [
    'cloudformation',
    { RequestType: 'Create', StackId: 'canary', RequestId: '1', ResponseURL: 'canary', ResourceProperties: {} },
  ],
  ['object', {}],
  ['object', { canary: 1 }],
  ['array', []],
  ['array', [{ canary: 1 }]],
  ['text', 'canary'],
  ['text', ''],
  ['number', 5],
  ['boolean', true],
  ['null', null],
];
