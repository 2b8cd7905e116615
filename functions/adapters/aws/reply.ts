import { crc32 } from 'node:zlib';
import { isPlainObject } from '../../plain-object.ts';
import type { HttpReply } from './http-reply.ts';

/**
 * An error of an AWS service, or a reply that does not come from the service. Its name is the one that the AWS SDK
 * uses.
 */
export class ServiceError extends Error {
  /** The status, in the same place as in the AWS SDK's errors. */
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(name: string, service: string, { status, headers }: Pick<HttpReply, 'status' | 'headers'>) {
    const requestId = headers['x-amzn-requestid'];
    super(`${service} answered ${status} (${name}, request ${requestId ?? 'unknown'}).`);
    this.name = name;
    this.$metadata = { httpStatusCode: status };
  }
}

/**
 * The content of a reply in JSON.
 * @param service its name, for the message of an error
 * @throws {ServiceError} if it is an error, damaged (`x-amz-crc32`), empty, or not a JSON object
 */
export function readReply(reply: HttpReply, service: string): object {
  const { status, headers, body } = reply;
  const checksum = headers['x-amz-crc32'];
  if (checksum !== undefined && Number(checksum) !== crc32(body))
    throw new ServiceError('CRC32CheckFailed', service, reply);
  const said = parse(reply, service);
  // The AWS SDK also takes these statuses for errors.
  if (status >= 300) throw new ServiceError(errorName(reply, said), service, reply);
  return said;
}

function parse(reply: HttpReply, service: string): object {
  // Only an error may have no body. If another reply has none, its body is lost, and nothing shows that the call
  // succeeded.
  if (reply.body.length === 0 && reply.status >= 300) return {};
  let said: unknown;
  try {
    said = JSON.parse(reply.body.toString('utf8'));
  } catch {
    // The parser's error is not kept as the cause: its message repeats the input.
    throw new ServiceError('SyntaxError', service, reply);
  }
  if (!isPlainObject(said)) throw new ServiceError('SyntaxError', service, reply);
  return said;
}

/** The error's name: `com.amazonaws.dynamodb.v20120810#ThrottlingException` is a `ThrottlingException`. */
function errorName({ headers }: HttpReply, said: { readonly __type?: unknown; readonly code?: unknown }): string {
  const given = said.__type ?? said.code ?? headers['x-amzn-errortype'];
  const [name = ''] = String(given ?? '').split(/[,:]/);
  return name.slice(name.indexOf('#') + 1) || 'Unknown';
}
