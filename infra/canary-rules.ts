import { authKindOf } from './auth.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { CANARY_APIS, CANARY_EVERY_MINUTES, CANARY_MINUTES, type CanarySetting } from './environment-values.ts';
import { either, listOf, members, oneOf, optional, type Rule } from './rule.ts';

const SETTING = members({
  everyMinutes: optional(oneOf(CANARY_MINUTES)),
  apis: optional(listOf(oneOf(CANARY_APIS), 1, 2)),
});

/** Allows the setting of the canary. */
export const CANARY: Rule = either(
  `"off", or an object of everyMinutes (${CANARY_MINUTES.join(', ')}) and apis (a list of "v2" and "v1.1")`,
  SETTING,
  oneOf(['off']),
);

/** The reasons why a canary cannot ask a deployment whose other values are right. */
export function canaryContradictions(environment: DeploymentEnvironment): readonly string[] {
  const { canary = 'off', privateEndpoints, domain, settings, apiKeys = [] } = environment;
  if (canary === 'off') return [];
  const [isPrivate, isMutual] = [privateEndpoints !== undefined, domain?.truststore !== undefined];
  return [
    ...unfitClass(environment),
    ...guardedCanary(canary, settings),
    ...(apiKeys.includes('canary')
      ? [
          'apiKeys has "canary" and there is a canary; allowed is another name: the canary has its own key of this name.',
        ]
      : []),
    ...(authKindOf(environment) === 'jwt'
      ? ['canary is set and auth is a token; allowed is canary "off": the canary shows an API key, or signs.']
      : []),
    ...(isPrivate
      ? ['canary and privateEndpoints are both set; allowed is one: the canary stands outside the VPC.']
      : []),
    ...(isMutual ? ['canary and domain.truststore are both set; allowed is one: the canary has no certificate.'] : []),
    ...(/^\s*0+\s*$/.test(settings?.NOT_FOUND_FRESH_SECONDS ?? '')
      ? [
          'canary is set and NOT_FOUND_FRESH_SECONDS is 0; allowed is 1 or more: the canary asks for a customer that does not exist.',
        ]
      : []),
  ];
}

/** The directives of a class with which the cache never answers, or the upstream is never asked. */
const NEVER_FROM_CACHE = /(^|,)\s*(no-cache|no-store|only-if-cached|max-age=0*)\s*(,|$)/;

/** The reasons why the canary, as a member of the default class, would not get the answers that it expects. */
function unfitClass({ callers }: DeploymentEnvironment): readonly string[] {
  if (callers === undefined) return [];
  const [name, own] = Object.entries(callers).find(([, { isDefault }]) => isDefault) ?? [];
  if (own === undefined) {
    return ['canary is set and no class of callers is the default; allowed is canary with a class that has isDefault.'];
  }
  const { sources, cacheControl = '' } = own;
  return [
    ...(sources !== undefined && !sources.includes('INSTORE')
      ? [
          `canary is set and callers.${name}.sources has no INSTORE; allowed is a default class that may ask for INSTORE.`,
        ]
      : []),
    ...(NEVER_FROM_CACHE.test(cacheControl)
      ? [
          `canary is set and callers.${name}.cacheControl is ${JSON.stringify(cacheControl)}; allowed is a default class ` +
            'whose look-ups the cache may answer: the canary checks whether it does.',
        ]
      : []),
  ];
}

/** The guard's window. Minutes. */
const GUARD_MINUTES = 10;
/** The look-ups of a run by each API. They all find no customer. */
const LOOKUPS_OF_API = 2;

/**
 * How many look-ups a canary makes in some minutes: those of its whole runs, and at least those of one run. None finds
 * a customer.
 */
export function lookupsIn(
  minutes: number,
  { everyMinutes = CANARY_EVERY_MINUTES, apis = CANARY_APIS }: CanarySetting,
): number {
  return Math.ceil(minutes / everyMinutes) * LOOKUPS_OF_API * apis.length;
}

/** The reason why the guard would refuse the canary: it finds no customer too often. */
function guardedCanary(canary: CanarySetting, settings: DeploymentEnvironment['settings']): readonly string[] {
  const { everyMinutes = CANARY_EVERY_MINUTES } = canary;
  const limit = Number(settings?.GUARD_NOT_FOUND_LIMIT ?? 0);
  // A run may begin a little late, so that it falls into the next window.
  const most = lookupsIn(GUARD_MINUTES + everyMinutes, canary);
  if (!(limit > 0 && limit < most)) return [];
  return [
    `canary is set and GUARD_NOT_FOUND_LIMIT is ${limit}; allowed is 0, or ${most} or more: the canary finds no customer ` +
      `up to ${most} times in ${GUARD_MINUTES} minutes.`,
  ];
}
