import type { AwsCredentials } from '../../../settings/aws-environment.ts';

/** Where a DynamoDB is, and who asks it. */
export interface Connection {
  /** http or https; its path is put before the requests' own. */
  readonly url: URL;
  /** As a signature names it. */
  readonly region: string;
  /** They hold for as long as the process runs, as those of a Lambda function do. */
  readonly credentials: AwsCredentials;
}

/** What is known of a DynamoDB, part by part. */
export interface ConnectionParts {
  readonly url: string | undefined;
  readonly region: string | undefined;
  readonly credentials: AwsCredentials | undefined;
}

/** The connection; undefined where a part is missing, or the address is one that only the AWS SDK can read. */
export function toConnection({ url, region, credentials }: ConnectionParts): Connection | undefined {
  const parsed = url === undefined ? null : URL.parse(url);
  if (parsed === null || region === undefined || credentials === undefined) return undefined;
  const isPlain = /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.search === '';
  return isPlain ? { url: parsed, region, credentials } : undefined;
}
