import type { DeploymentEnvironment } from './deployment-environment.ts';
import { prefixOf } from './environment-defaults.ts';
import { EnvironmentError } from './environment-rules.ts';

/**
 * Checks that environments can exist side by side. If two may share an account and region, they need different names
 * and prefixes, and at most one of them makes the role of the gateway's logs. If two may share a region, they need
 * different domains. If the first names the region of the second in `otherRegions`, the second must name the region of
 * the first too. Otherwise the second would acknowledge purges that do not reach the first.
 *
 * @throws {EnvironmentError} if two collide; it has one line for each collision
 */
export function checkSideBySide(environments: readonly DeploymentEnvironment[]): void {
  const complaints = environments.flatMap((one, position) =>
    environments.slice(position + 1).flatMap((other) => complaintsOf(one, other)),
  );
  if (complaints.length > 0) throw new EnvironmentError(complaints.join('\n'));
}

function complaintsOf(one: DeploymentEnvironment, other: DeploymentEnvironment): readonly string[] {
  const isInOneRegion = !isApart(one.region, other.region);
  const isInOneAccount = !isApart(one.account, other.account);
  const pair = `The environments ${one.name} and ${other.name}`;
  return [
    ...(isInOneRegion && isInOneAccount ? collisionsOf(one, other, pair) : []),
    ...(isInOneRegion && one.domain !== undefined && one.domain.name === other.domain?.name
      ? [`${pair} have the domain ${one.domain.name}; allowed is a different domain or region for each.`]
      : []),
    ...(isInOneAccount && prefixOf(one) === prefixOf(other) ? [...oneSided(one, other), ...oneSided(other, one)] : []),
  ];
}

/** Whether two values are known and differ. An environment without an account or region may be anywhere. */
function isApart(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

function collisionsOf(one: DeploymentEnvironment, other: DeploymentEnvironment, pair: string): readonly string[] {
  return [
    ...(one.name === other.name ? [`${pair} have the same name; allowed is a different name for each.`] : []),
    ...(prefixOf(one) === prefixOf(other)
      ? [`${pair} have the prefix ${prefixOf(one)}; allowed is a different prefix, account or region for each.`]
      : []),
    ...(one.ownsGatewayLogRole && other.ownsGatewayLogRole
      ? [`${pair} both have ownsGatewayLogRole; allowed is one in an account and region.`]
      : []),
  ];
}

/** The problem of a region that passes purges and events on to another region, but gets none from it. */
function oneSided(one: DeploymentEnvironment, other: DeploymentEnvironment): readonly string[] {
  const { region, otherRegions = [] } = one;
  if (region === undefined || other.region === undefined || !otherRegions.includes(other.region)) return [];
  if (other.otherRegions?.includes(region)) return [];
  return [
    `otherRegions of ${one.name} has ${other.region}, and otherRegions of ${other.name} has no ${region}; allowed is ` +
      'both or neither: a purge or an event reaches every region only if each names all others.',
  ];
}
