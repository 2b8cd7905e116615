import type { CallerAuth } from '../functions/settings/caller-proof.ts';
import type { AuthSetting } from './auth-environment.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import type { Authorization } from './routes.ts';

/** The kind of an environment's credential, in the words of the functions. */
export function authKindOf({ auth = 'apiKey' }: Pick<DeploymentEnvironment, 'auth'>): CallerAuth {
  return typeof auth === 'string' ? auth : 'jwt';
}

/** The gateway's authorization of look-ups, by the kind of the credential. */
export const LOOKUP_AUTHORIZATION: Readonly<Record<CallerAuth, Exclude<Authorization, 'none'>>> = {
  apiKey: 'api-key',
  iam: 'iam',
  jwt: 'jwt',
};

/** The settings by which the function of the look-ups reads the gateway's facts about a caller. */
export function authSettings(auth: AuthSetting = 'apiKey'): Readonly<Record<string, string>> {
  if (auth === 'apiKey') return {};
  if (auth === 'iam') return { CALLER_AUTH: 'iam' };
  const { callerClaim, classClaim } = auth;
  return {
    CALLER_AUTH: 'jwt',
    ...(callerClaim !== undefined && { CALLER_CLAIM: callerClaim }),
    ...(classClaim !== undefined && { CLASS_CLAIM: classClaim }),
  };
}
