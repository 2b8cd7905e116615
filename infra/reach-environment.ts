import type { Domain, FirewallLimits, NetworkSetting } from './environment-values.ts';

/** How callers reach a deployment, and how it reaches the upstream. */
export interface ReachEnvironment {
  /**
   * A domain of yours in front of the API. The address that API Gateway makes up is then off.
   *
   * @default - API Gateway's own address
   */
  readonly domain?: Domain;

  /**
   * The web ACL in front of the API: a rate for each address and each key, and Amazon's managed rules. `none`: no ACL, or one
   * of yours (`Lookaside`'s `webAclArn`).
   *
   * @default 'none'
   */
  readonly firewall?: FirewallLimits | 'none';

  /**
   * The VPC endpoints by which alone the API can be reached. `made`: the stack makes one in its `network`.
   *
   * @default - the API is reached over the internet
   */
  readonly privateEndpoints?: readonly string[] | 'made';

  /**
   * The VPC in which the functions stand, for an upstream that lets in fixed addresses only.
   *
   * @default - Lambda's own network: cheaper, and with addresses that change
   */
  readonly network?: NetworkSetting;
}
