import type { AwsCredentials } from '../../settings/aws-environment.ts';

/** The services that are asked without the AWS SDK, as a signature names them. */
export type Service = 'dynamodb' | 'secretsmanager' | 'lambda';

/** Where a service is, and who asks it. */
export interface Connection {
  readonly service: Service;
  /** http or https; its path is put before the requests' own. */
  readonly url: URL;
  /** As a signature names it. */
  readonly region: string;
  /** They hold for as long as the process runs, as those of a Lambda function do. */
  readonly credentials: AwsCredentials;
}

/** What is known of a service, part by part. */
export interface ConnectionParts {
  readonly service: Service;
  readonly url: string | undefined;
  readonly region: string | undefined;
  readonly credentials: AwsCredentials | undefined;
}

/** The connection; undefined where a part is missing, or the address is one that only the AWS SDK can read. */
export function toConnection({ service, url, region, credentials }: ConnectionParts): Connection | undefined {
  const parsed = url === undefined ? null : URL.parse(url);
  if (parsed === null || region === undefined || credentials === undefined) return undefined;
  const isPlain = /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.search === '';
  return isPlain ? { service, url: parsed, region, credentials } : undefined;
}
