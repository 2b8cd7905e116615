import { isPlainObject, type PlainObject } from './plain-object.ts';

/** The kind of an event, by its shape. The list is closed and holds nothing of the event's content. */
export type EventKind =
  | (typeof SHAPES)[number][0]
  | `${(typeof RECORD_SOURCES)[number]}-records`
  | 'records'
  | 'object'
  | 'array'
  | 'text'
  | 'number'
  | 'boolean'
  | 'null';

/** The services that send lists of records, by the last part of a record's `eventSource`. */
const RECORD_SOURCES = ['sqs', 'sns', 's3', 'dynamodb', 'kinesis', 'ses'] as const;

/** The kinds of objects, by the members that they have; the first row that fits counts. */
const SHAPES = [
  // This project's own: the payload of a direct invocation.
  ['look-up', (event) => has(event, 'lookups') || has(event, 'identifierName') || has(event, 'identifierValue')],
  // EventBridge: a schedule, or any other event that it routes.
  ['scheduled', (event) => has(event, 'detail-type') && event['detail-type'] === 'Scheduled Event'],
  ['event-bridge', (event) => has(event, 'detail-type') && has(event, 'detail')],
  // serverless-plugin-warmup; lambda-warmer.
  ['warm-up', ({ source, warmer }) => source === 'serverless-plugin-warmup' || warmer === true],
  ['websocket-api', (event) => hasInContext(event, 'connectionId')],
  ['http-api', (event) => has(event, 'routeKey') || hasInContext(event, 'http')],
  ['alb', (event) => hasInContext(event, 'elb')],
  ['authorizer', (event) => has(event, 'methodArn') || has(event, 'routeArn')],
  ['rest-api', (event) => has(event, 'httpMethod') && has(event, 'requestContext')],
  ['cloudwatch-logs', (event) => has(event, 'awslogs')],
  ['cognito', (event) => has(event, 'triggerSource') && has(event, 'userPoolId')],
  // A custom resource of a stack.
  ['cloudformation', (event) => has(event, 'RequestType') && has(event, 'StackId')],
] as const satisfies readonly (readonly [string, (event: PlainObject) => boolean])[];

/** The kind of an event. */
export function eventKindOf(event: unknown): EventKind {
  if (event === null || event === undefined) return 'null';
  if (Array.isArray(event)) return 'array';
  if (isPlainObject(event)) return kindOfObject(event);
  if (typeof event === 'number' || typeof event === 'boolean') return typeof event as 'number' | 'boolean';
  return 'text';
}

function kindOfObject(event: PlainObject): EventKind {
  const { Records: records } = event;
  if (Array.isArray(records)) return kindOfRecords(records);
  return SHAPES.find(([, fits]) => fits(event))?.[0] ?? 'object';
}

/** Only SNS writes `EventSource`, with a capital letter. */
function kindOfRecords([first]: readonly unknown[]): EventKind {
  const { eventSource, EventSource = eventSource } = isPlainObject(first) ? first : {};
  const source = RECORD_SOURCES.find((known) => EventSource === `aws:${known}`);
  return source === undefined ? 'records' : `${source}-records`;
}

function has(event: PlainObject, name: string): boolean {
  return Object.hasOwn(event, name);
}

function hasInContext({ requestContext }: PlainObject, name: string): boolean {
  return typeof requestContext === 'object' && requestContext !== null && Object.hasOwn(requestContext, name);
}
