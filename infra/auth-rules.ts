import { CLAIM_NAME } from '../functions/settings/caller-proof.ts';
import { authKindOf } from './auth.ts';
import { FRONTS } from './auth-environment.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { either, listOf, members, oneOf, optional, type Rule, text } from './rule.ts';
import { DEFAULT_TLS_POLICY } from './tls-policy.ts';

/* The allowed values for the credentials of callers. */

const NAME_OF_CLAIM = text('the name of a claim, of 1 to 64 letters, digits and marks (_ - . : /)', CLAIM_NAME);
const WORD = text('1 to 256 characters without spaces and quotes', /^[^\s"']{1,256}$/);

const TOKEN = members({
  issuer: text('the https address of an issuer, without user and query', /^https:\/\/[^\s?#@/]+(\/[^\s?#@]*)?$/),
  audiences: listOf(WORD, 1, 50),
  scopes: optional(listOf(WORD, 1, 10)),
  callerClaim: optional(NAME_OF_CLAIM),
  classClaim: optional(NAME_OF_CLAIM),
});

/** Allows the credentials. If a token's part is wrong, it names the part. */
export const AUTH: Rule = (value, name) =>
  typeof value === 'object' && value !== null
    ? TOKEN(value, name)
    : either('"apiKey", "iam", or an object of issuer and audiences', oneOf(['apiKey', 'iam']), TOKEN)(value, name);

/** Allows the kinds of APIs. */
export const FRONT = oneOf(FRONTS);

/** The values of an environment that have no meaning without API keys. */
const OF_KEYS = ['apiKeys', 'quota'] as const;

/** The problems of credentials and classes that do not fit together. */
export function authContradictions(environment: DeploymentEnvironment): readonly string[] {
  const { auth, callers = {} } = environment;
  const kind = authKindOf(environment);
  const classes = Object.entries(callers);
  const problems: string[] = [];
  if (kind !== 'apiKey') {
    const given = OF_KEYS.filter((name) => environment[name] !== undefined);
    problems.push(
      ...given.map((name) => `${name} is set and auth is ${shown(kind)}; allowed is ${name} with auth "apiKey".`),
    );
    for (const [name, own] of classes) {
      const limits = (['throttle', 'quota'] as const).filter((part) => own[part] !== undefined);
      problems.push(
        ...limits.map(
          (part) =>
            `callers.${name}.${part} is set and auth is ${shown(kind)}; allowed is ${part} with auth "apiKey": only ` +
            'API keys have usage plans.',
        ),
      );
    }
  }
  if (kind !== 'iam') {
    const withRoles = classes.filter(([, { roles }]) => roles !== undefined);
    problems.push(
      ...withRoles.map(
        ([name]) => `callers.${name}.roles is set and auth is ${shown(kind)}; allowed is roles with auth "iam".`,
      ),
    );
  }
  const hasNoDefault = classes.length > 0 && !classes.some(([, { isDefault }]) => isDefault);
  if (typeof auth === 'object' && auth.classClaim === undefined && hasNoDefault) {
    problems.push(
      'callers has no default and auth has no classClaim; allowed is one of them: otherwise no caller has a class.',
    );
  }
  return problems;
}

/** The problems of credentials and parts that an API of this kind does not have. */
export function frontContradictions(environment: DeploymentEnvironment): readonly string[] {
  const { front = 'rest', firewall = 'none', privateEndpoints, ownsGatewayLogRole, domain } = environment;
  const kind = authKindOf(environment);
  if (front === 'rest') {
    return kind === 'jwt'
      ? ['auth is a token and front is "rest"; allowed with a token is front "http": it checks the audience.']
      : [];
  }
  const lacks = {
    'auth "apiKey"': kind === 'apiKey',
    firewall: firewall !== 'none',
    privateEndpoints: privateEndpoints !== undefined,
    ownsGatewayLogRole: ownsGatewayLogRole === true,
    'domain.tlsPolicy': domain?.tlsPolicy !== undefined && domain.tlsPolicy !== DEFAULT_TLS_POLICY,
  };
  return Object.entries(lacks)
    .filter(([, isSet]) => isSet)
    .map(([name]) => `front is "http" and the environment has ${name}; allowed with it is front "rest".`);
}

function shown(kind: ReturnType<typeof authKindOf>): string {
  return kind === 'jwt' ? 'a token' : `"${kind}"`;
}
