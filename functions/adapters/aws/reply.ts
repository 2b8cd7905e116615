import { crc32 } from 'node:zlib';
import type { HttpReply } from './keep-alive-client.ts';

/** The error of a service of AWS, or a reply that is none of its own. Named as the AWS SDK names it. */
export class ServiceError extends Error {
  /** The status that came, where the AWS SDK has it. */
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(name: string, service: string, { status, headers }: Pick<HttpReply, 'status' | 'headers'>) {
    const requestId = headers['x-amzn-requestid'];
    super(`${service} answered ${status} (${name}, request ${requestId ?? 'unknown'}).`);
    this.name = name;
    this.$metadata = { httpStatusCode: status };
  }
}

/**
 * What a reply in JSON says.
 *
 * @param service its name, for the message of an error
 * @throws {ServiceError} when it is an error, damaged (`x-amz-crc32`), or no JSON object
 */
export function readReply(reply: HttpReply, service: string): object {
  const { status, headers, body } = reply;
  const checksum = headers['x-amz-crc32'];
  if (checksum !== undefined && Number(checksum) !== crc32(body))
    throw new ServiceError('CRC32CheckFailed', service, reply);
  const said = parse(reply, service);
  // As the AWS SDK does.
  if (status >= 300) throw new ServiceError(errorName(reply, said), service, reply);
  return said;
}

function parse(reply: HttpReply, service: string): object {
  if (reply.body.length === 0) return {};
  let said: unknown;
  try {
    said = JSON.parse(reply.body.toString('utf8'));
  } catch {
    // Not as the cause: the parser's message repeats what it read.
    throw new ServiceError('SyntaxError', service, reply);
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    throw new ServiceError('SyntaxError', service, reply);
  return said;
}

/** The error's name: `com.amazonaws.dynamodb.v20120810#ThrottlingException` is a `ThrottlingException`. */
function errorName({ headers }: HttpReply, said: { readonly __type?: unknown; readonly code?: unknown }): string {
  const given = said.__type ?? said.code ?? headers['x-amzn-errortype'];
  const [name = ''] = String(given ?? '').split(/[,:]/);
  return name.slice(name.indexOf('#') + 1) || 'Unknown';
}
