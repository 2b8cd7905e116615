import type { DeploymentEnvironment } from './deployment-environment.ts';
import { plansOf } from './environment-defaults.ts';
import { TLS_POLICIES } from './environment-values.ts';
import { isPrivateRange } from './private-range.ts';
import { either, listOf, members, oneOf, optional, type Rule, rule, text, wholeNumber } from './rule.ts';
import { DEFAULT_TLS_POLICY } from './tls-policy.ts';

/** The allowed values for the ways to the API and to the upstream. */

/** A rate of the firewall. AWS WAF allows no lower one than 10. */
const REQUESTS = wholeNumber(10, 2_000_000_000);

/** Allows the setting of the firewall. */
export const FIREWALL: Rule = (value, name) =>
  value === 'none' ? [] : members({ perAddress: REQUESTS, perKey: REQUESTS })(value, name);

/** Allows the setting of a domain of one's own. */
export const DOMAIN = members({
  name: text(
    'a domain name such as lookups.shops.example',
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  ),
  certificateArn: text('the ARN of a certificate in ACM', /^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/),
  basePath: optional(
    text(
      "segments of letters, digits and $-_.+!*'() with / between",
      /^(?!\(none\)$)[\w$.+!*'()-]+(\/[\w$.+!*'()-]+)*$/,
    ),
  ),
  tlsPolicy: optional(oneOf(TLS_POLICIES)),
  truststore: optional(
    members({
      uri: text('the address of a PEM file in S3, s3://bucket/key', /^s3:\/\/[a-z0-9.-]{3,63}\/.+$/),
      version: optional(text('the id of a version of the file', /^.{1,1024}$/)),
    }),
  ),
});

/** Allows the setting of the VPC endpoints that reach the API. */
export const PRIVATE_ENDPOINTS: Rule = either(
  'a list of 1 to 20 ids of VPC endpoints, vpce-…, or "made"',
  listOf(text('the id of a VPC endpoint', /^vpce-[0-9a-f]{8,17}$/), 1, 20),
  oneOf(['made']),
);

const idsOf = (kind: string) => listOf(text(`an id, ${kind}-…`, new RegExp(`^${kind}-[0-9a-f]{8,17}$`)), 1, 6);

const GIVEN = members({
  vpcId: text('the id of a VPC, vpc-…', /^vpc-[0-9a-f]{8,17}$/),
  availabilityZones: listOf(text('an availability zone such as ap-south-1a', /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/), 1, 6),
  subnetIds: idsOf('subnet'),
});

const MADE = members({
  cidr: rule(
    'a range of private addresses of 16 to 24 bits, such as 10.42.0.0/22',
    (value) => typeof value === 'string' && isPrivateRange(value),
  ),
  natGateways: wholeNumber(1, 2),
});

const NO_NETWORK = rule('an object of cidr and natGateways, or of vpcId, availabilityZones and subnetIds', () => false);

/** Allows the setting of the functions' network. */
export const NETWORK: Rule = (value, name) => {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return NO_NETWORK(value, name);
  return ('vpcId' in value ? GIVEN : MADE)(value, name);
};

/** The problems of values that do not fit together. */
export function reachContradictions(environment: DeploymentEnvironment): readonly string[] {
  const { domain, privateEndpoints, network, prefix = '' } = environment;
  const isGiven = network !== undefined && 'vpcId' in network;
  const { tlsPolicy = DEFAULT_TLS_POLICY, truststore } = domain ?? {};
  return [
    ...(truststore !== undefined && tlsPolicy !== DEFAULT_TLS_POLICY
      ? [`domain.tlsPolicy is ${JSON.stringify(tlsPolicy)}; allowed with a truststore is "${DEFAULT_TLS_POLICY}".`]
      : []),
    ...(domain?.basePath?.includes('/') && tlsPolicy !== DEFAULT_TLS_POLICY
      ? [
          `domain.tlsPolicy is ${JSON.stringify(tlsPolicy)}; allowed with several segments in domain.basePath is ` +
            `"${DEFAULT_TLS_POLICY}".`,
        ]
      : []),
    ...(domain !== undefined && privateEndpoints !== undefined
      ? ['domain and privateEndpoints are both set; allowed is one of them.']
      : []),
    ...(privateEndpoints === 'made' && network === undefined
      ? ['privateEndpoints is "made" and network is not set; allowed is both, or a list of ids.']
      : []),
    ...(privateEndpoints === 'made' && isGiven
      ? [
          'privateEndpoints is "made" and network is a given VPC; allowed is a list of ids: the owner of the VPC makes its ' +
            'endpoints.',
        ]
      : []),
    ...(network !== undefined && prefix.startsWith('sg-')
      ? [`prefix is ${JSON.stringify(prefix)}; allowed with a network is one that does not begin with sg-.`]
      : []),
    ...(isGiven && network.subnetIds.length !== network.availabilityZones.length
      ? ['network has lists of different lengths; allowed is one subnet for each availability zone.']
      : []),
    ...strictFirewall(environment),
  ];
}

/** The minutes over which the firewall counts. */
const FIREWALL_MINUTES = 5;

/**
 * The problem of a firewall that is stricter than a plan. Above its plan's rate a key gets 429, only for the requests
 * above the rate. Above the firewall's rate it gets 403 for all its requests. So the plan's rate must be reached first.
 */
function strictFirewall(environment: DeploymentEnvironment): readonly string[] {
  const { firewall = 'none' } = environment;
  if (firewall === 'none') return [];
  const mayAsk = plansOf(environment).plans.map(
    ({ throttle }) => throttle.perSecond * 60 * FIREWALL_MINUTES + throttle.burst,
  );
  const most = Math.ceil(Math.max(0, ...mayAsk));
  return firewall.perKey >= most
    ? []
    : [
        `firewall.perKey is ${firewall.perKey}; allowed is ${most} or more: the throttle lets one key send so many requests ` +
          'in five minutes, and the firewall would refuse all of its requests.',
      ];
}
