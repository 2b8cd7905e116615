import type { Domain, FirewallLimits, NetworkSetting } from './environment-values.ts';

/** How callers reach a deployment, and how it reaches the upstream. */
export interface ReachEnvironment {
  /**
   * Your own domain in front of the API. The API's own address is then off.
   *
   * @default - API Gateway's own address
   */
  readonly domain?: Domain;

  /**
   * The web ACL in front of the API: a rate for each address and each key, and Amazon's managed rules. `none`: no ACL,
   * or your own (`Lookaside`'s `webAclArn`).
   *
   * @default 'none'
   */
  readonly firewall?: FirewallLimits | 'none';

  /**
   * The VPC endpoints of a private API. It is reachable only through them. `made`: the stack makes one in its
   * `network`.
   * @default - callers reach the API over the internet
   */
  readonly privateEndpoints?: readonly string[] | 'made';

  /**
   * The VPC of the functions, for an upstream that accepts only fixed addresses.
   *
   * @default - Lambda's own network: cheaper, and with addresses that change
   */
  readonly network?: NetworkSetting;
}
