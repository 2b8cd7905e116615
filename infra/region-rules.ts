import type { DeploymentEnvironment } from './deployment-environment.ts';

/** The region of an ARN. */
function regionOf(arn: string): string | undefined {
  return arn.split(':')[3];
}

/**
 * The problems of an environment whose values name resources of another region than its own. AWS would refuse them, but
 * only during the deployment.
 *
 * | value | must be in the region, because |
 * |---|---|
 * | `domain.certificateArn` | a regional domain takes a certificate of its own region |
 * | `monitoring.topicArn` | an alarm sends to a topic of its own region |
 * | `network.availabilityZones` | a VPC is in one region |
 */
export function regionContradictions(environment: DeploymentEnvironment): readonly string[] {
  const { region, domain, monitoring = {}, network } = environment;
  if (region === undefined) return [];
  const arns = {
    'domain.certificateArn': domain?.certificateArn,
    'monitoring.topicArn': monitoring === 'off' ? undefined : monitoring.topicArn,
  };
  const zones = network !== undefined && 'vpcId' in network ? network.availabilityZones : [];
  return [
    ...Object.entries(arns).flatMap(([name, arn]) =>
      arn === undefined || regionOf(arn) === region
        ? []
        : [`${name} is in ${regionOf(arn)} and region is ${region}; allowed is one in ${region}.`],
    ),
    ...zones
      .filter((zone) => zone.slice(0, -1) !== region)
      .map((zone) => `network.availabilityZones has ${zone} and region is ${region}; allowed are zones of ${region}.`),
  ];
}
