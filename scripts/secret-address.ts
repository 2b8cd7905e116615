/** An ARN of a secret: its region is the fourth part. */
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[^\s]+$/;

/** The place of a secret, or a text that says why it is not clear. */
export type SecretAddress =
  | { readonly kind: 'known'; readonly region: string }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Neither the secret nor this shell names a region. */
  | { readonly kind: 'no-region'; readonly reason: string };

/**
 * The region of a secret. An ARN names it. If another region is set, the secret may belong to another deployment than
 * this shell's: the command refuses it, and names both regions.
 *
 * @param secretId an ARN, or the name of a secret in the region that is set
 * @param setRegion the region that the AWS CLI would use; undefined: none is set
 */
export function addressOfSecret(secretId: string, setRegion: string | undefined): SecretAddress {
  // What the AWS CLI prints if there is no such output.
  if (['', 'None', 'null'].includes(secretId)) {
    return refused(
      `--secret is ${JSON.stringify(secretId)}: the stack has no output UpstreamSecretArn, or the command that asks for it ` +
        'failed. Allowed is the ARN of a secret. Look at ENVIRONMENT, and whether the stack is deployed.',
    );
  }
  if (secretId.startsWith('arn:')) {
    const region = SECRET_ARN.exec(secretId)?.[1];
    if (region === undefined) {
      return refused(
        `--secret is the ARN ${secretId}; allowed is that of a secret, ` +
          'arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME: the output UpstreamSecretArn.',
      );
    }
    if (setRegion !== undefined && setRegion !== region) {
      return refused(
        `The secret is in the region ${region}, and the region that is set is ${setRegion}. If the secret is the right one, ` +
          `set AWS_REGION=${region}. If not, ask the stack of ${setRegion} for its output UpstreamSecretArn.`,
      );
    }
    return { kind: 'known', region };
  }
  if (setRegion !== undefined) return { kind: 'known', region: setRegion };
  return {
    kind: 'no-region',
    reason: 'No region is set. Set AWS_REGION, or give --secret as an ARN, which names its region.',
  };
}

function refused(reason: string): SecretAddress {
  return { kind: 'refused', reason };
}
