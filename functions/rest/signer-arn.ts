/* The ARNs of identities that sign requests: `arn:aws:sts::111122223333:assumed-role/till/store-7`. */

/** The form of such an ARN. A text of another form is not the name of a caller. */
export const IDENTITY_ARN = /^arn:[\w-]+:(?:iam|sts)::\d*:[\w+=,.@/-]{1,512}$/;

/** The name of the role or user in an ARN. Each session of a role has its own ARN. */
export function roleName(arn: string | undefined): string | undefined {
  if (arn === undefined) return undefined;
  const [kind, ...names] = arn.slice(arn.lastIndexOf(':') + 1).split('/');
  return kind === 'assumed-role' ? names[0] : (names.at(-1) ?? kind);
}

/** The ARN without its session: the same for all sessions of a role. */
export function withoutSession(arn: string): string {
  return arn.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1');
}

/**
 * The same text for a role and for each of its sessions: `arn:aws:iam::1:role/shop/till` and
 * `arn:aws:sts::1:assumed-role/till/store-7` make `aws 1 role till`. A session's ARN has no path. Names are unique in
 * an account, even if their paths differ.
 */
export function identityOf(arn: string): string {
  const [, partition, , , account, resource = ''] = arn.split(':');
  const [kind = '', ...names] = resource.split('/');
  return kind === 'assumed-role'
    ? `${partition} ${account} role ${names[0]}`
    : `${partition} ${account} ${kind} ${names.at(-1)}`;
}
