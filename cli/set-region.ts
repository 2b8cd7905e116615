/** The region that the AWS CLI would use in this shell; undefined: none is set. */
export async function readSetRegion(): Promise<string | undefined> {
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient();
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
