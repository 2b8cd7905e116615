import { crc32 } from 'node:zlib';
import type { HttpReply } from './keep-alive-client.ts';

/** DynamoDB's error, or a reply that is none of DynamoDB's. Named as the AWS SDK names it. */
export class DynamoDbError extends Error {
  /** The status that came, where the AWS SDK has it. */
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(name: string, { status, headers }: Pick<HttpReply, 'status' | 'headers'>, options?: ErrorOptions) {
    const requestId = headers['x-amzn-requestid'];
    super(`DynamoDB answered ${status} (${name}, request ${requestId ?? 'unknown'}).`, options);
    this.name = name;
    this.$metadata = { httpStatusCode: status };
  }
}

/**
 * What a reply says.
 *
 * @throws {DynamoDbError} when it is an error, damaged (`x-amz-crc32`), or no JSON object
 */
export function readReply(reply: HttpReply): object {
  const { status, headers, body } = reply;
  const checksum = headers['x-amz-crc32'];
  if (checksum !== undefined && Number(checksum) !== crc32(body)) throw new DynamoDbError('CRC32CheckFailed', reply);
  const said = parse(reply);
  // As the AWS SDK does.
  if (status >= 300) throw new DynamoDbError(errorName(reply, said), reply);
  return said;
}

function parse(reply: HttpReply): object {
  if (reply.body.length === 0) return {};
  let said: unknown;
  try {
    said = JSON.parse(reply.body.toString('utf8'));
  } catch {
    // Not as the cause: the parser's message repeats what it read.
    throw new DynamoDbError('SyntaxError', reply);
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said)) throw new DynamoDbError('SyntaxError', reply);
  return said;
}

/** The error's name: `com.amazonaws.dynamodb.v20120810#ThrottlingException` is a `ThrottlingException`. */
function errorName({ headers }: HttpReply, said: { readonly __type?: unknown; readonly code?: unknown }): string {
  const given = said.__type ?? said.code ?? headers['x-amzn-errortype'];
  const [name = ''] = String(given ?? '').split(/[,:]/);
  return name.slice(name.indexOf('#') + 1) || 'Unknown';
}
