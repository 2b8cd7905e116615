/** The region that an ARN names. The secret is there, even if the function is in another region. */
export function secretRegionOf(arn: string): string | undefined {
  return /^arn:[\w-]{1,32}:secretsmanager:([a-z0-9-]{1,32}):/.exec(arn)?.[1];
}
