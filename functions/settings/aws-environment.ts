/** The environment's values for the AWS services that the functions use, as Lambda sets them. */
export interface AwsEnvironment {
  /** `AWS_REGION`. */
  readonly region: string | undefined;
  /** `AWS_ENDPOINT_URL_DYNAMODB`, or DynamoDB's address in that region. */
  readonly dynamoDbUrl: string | undefined;
  /** `AWS_ENDPOINT_URL_SECRETS_MANAGER`, or Secrets Manager's address in that region. */
  readonly secretsManagerUrl: string | undefined;
  /** `AWS_ENDPOINT_URL_LAMBDA`, or the address of Lambda's API in that region. */
  readonly lambdaUrl: string | undefined;
  /** `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`. */
  readonly credentials: AwsCredentials | undefined;
  /** How Lambda starts this instance (`AWS_LAMBDA_INITIALIZATION_TYPE`). Undefined: it does not run on Lambda. */
  readonly initializationType: string | undefined;
}

/** The credentials of an AWS identity. Those of a role have a session token. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The regions with services at `<service>.<region>.amazonaws.com`: AWS's own partition, and GovCloud's. */
const COMMON_REGION = /^(us|eu|ap|sa|ca|me|af|il|mx)(-gov)?-[a-z]+-\d+$/;

/**
 * The environment's values for these services, if these few variables are enough. If they are set in another way
 * (profiles, expiring credentials, FIPS, other partitions), they are undefined here: the AWS SDK knows all ways.
 */
export function readAwsEnvironment(environment: Readonly<Record<string, string | undefined>>): AwsEnvironment {
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const isAnySet = (...names: readonly string[]): boolean => names.some((name) => given(name) !== undefined);
  const region = given('AWS_REGION');
  const isOwnUrlRead = !isAnySet(
    'AWS_USE_FIPS_ENDPOINT',
    'AWS_USE_DUALSTACK_ENDPOINT',
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  );
  const domain =
    region !== undefined &&
    COMMON_REGION.test(region) &&
    !isAnySet('AWS_ENDPOINT_URL', 'AWS_ACCOUNT_ID_ENDPOINT_MODE', 'AWS_PROFILE')
      ? `${region}.amazonaws.com`
      : undefined;
  return {
    region,
    dynamoDbUrl: urlOf('dynamodb', 'AWS_ENDPOINT_URL_DYNAMODB'),
    secretsManagerUrl: urlOf('secretsmanager', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'),
    lambdaUrl: urlOf('lambda', 'AWS_ENDPOINT_URL_LAMBDA'),
    credentials: credentials(),
    initializationType: given('AWS_LAMBDA_INITIALIZATION_TYPE'),
  };

  function urlOf(service: string, ownName: string): string | undefined {
    if (!isOwnUrlRead) return undefined;
    return given(ownName) ?? (domain && `https://${service}.${domain}`);
  }

  function credentials(): AwsCredentials | undefined {
    const accessKeyId = given('AWS_ACCESS_KEY_ID');
    const secretAccessKey = given('AWS_SECRET_ACCESS_KEY');
    const sessionToken = given('AWS_SESSION_TOKEN');
    if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
    if (isAnySet('AWS_PROFILE', 'AWS_CREDENTIAL_EXPIRATION', 'AWS_CREDENTIAL_SCOPE')) return undefined;
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  }
}
