import { authKindOf } from './auth.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { CANARY_APIS, CANARY_MINUTES } from './environment-values.ts';
import { either, listOf, members, oneOf, optional, type Rule } from './rule.ts';

const SETTING = members({
  everyMinutes: optional(oneOf(CANARY_MINUTES)),
  apis: optional(listOf(oneOf(CANARY_APIS), 1, 2)),
});

export const CANARY: Rule = either(
  `"off", or an object of everyMinutes (${CANARY_MINUTES.join(', ')}) and apis (a list of "v2" and "v1.1")`,
  SETTING,
  oneOf(['off']),
);

/** Why a canary cannot ask an otherwise right deployment. */
export function canaryContradictions(environment: DeploymentEnvironment): readonly string[] {
  const { canary = 'off', privateEndpoints, domain, settings, callers, apiKeys = [] } = environment;
  if (canary === 'off') return [];
  const [isPrivate, isMutual] = [privateEndpoints !== undefined, domain?.truststore !== undefined];
  const hasNoDefault = callers !== undefined && !Object.values(callers).some(({ isDefault }) => isDefault);
  return [
    ...(hasNoDefault
      ? ['canary is set and no class of callers is the default; allowed is canary with a class that has isDefault.']
      : []),
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
    ...(settings?.NOT_FOUND_FRESH_SECONDS?.trim() === '0'
      ? [
          'canary is set and NOT_FOUND_FRESH_SECONDS is 0; allowed is 1 or more: the canary asks for a customer that does not exist.',
        ]
      : []),
  ];
}
