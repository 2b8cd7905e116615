import type { AwsCredentials } from '../../settings/aws-environment.ts';

/** The services that are asked without the AWS SDK, as a signature names them. */
export type Service = 'dynamodb' | 'secretsmanager' | 'lambda';

/** The address of a service, and the credentials for it. */
export interface Connection {
  readonly service: Service;
  /** http or https; its path is put before the requests' own. */
  readonly url: URL;
  /** As a signature names it. */
  readonly region: string;
  /** They are valid for as long as the process runs, like those of a Lambda function. */
  readonly credentials: AwsCredentials;
}

/** The known parts of a connection. */
export interface ConnectionParts {
  readonly service: Service;
  readonly url: string | undefined;
  readonly region: string | undefined;
  readonly credentials: AwsCredentials | undefined;
}

/** The connection; undefined if a part is missing, or if only the AWS SDK can read the address. */
export function toConnection({ service, url, region, credentials }: ConnectionParts): Connection | undefined {
  const parsed = url === undefined ? null : URL.parse(url);
  if (parsed === null || region === undefined || credentials === undefined) return undefined;
  const isPlain = /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.search === '';
  return isPlain ? { service, url: parsed, region, credentials } : undefined;
}
