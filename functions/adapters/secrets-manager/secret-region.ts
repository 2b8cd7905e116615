/** The region that an ARN names: the secret is there, whatever region the function is in. */
export function secretRegionOf(arn: string): string | undefined {
  return /^arn:[\w-]{1,32}:secretsmanager:([a-z0-9-]{1,32}):/.exec(arn)?.[1];
}
