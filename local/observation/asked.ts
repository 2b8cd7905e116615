import { toListedIdentifierName } from '../../functions/customer/identifier/identifier-name.ts';
import type { Api } from '../../functions/customer/request/canonical-request.ts';
import { isRestEvent } from '../../functions/rest/rest-event.ts';
import { ROUTES } from '../../infra/routes.ts';

/** The request, without the identifier's value. */
export interface Asked {
  readonly method?: string;
  /** The route's path template. */
  readonly resource?: string;
  readonly api?: Api;
  /** In the documented spelling: the caller's own text may be a phone number. */
  readonly identifierName?: string;
}

const API_OF_RESOURCE: Readonly<Record<string, Api>> = {
  '/v2/customers/lookup/customerDetails': 'v2',
  '/v1.1/customer/get': 'v1.1',
};

/** A person may write an event by hand, so any other value may hold anything. */
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const RESOURCES: readonly string[] = ROUTES.map(({ path }) => path);

/** The request in a function's event. */
export function askedOf(event: unknown): Asked {
  if (isRestEvent(event)) {
    const { httpMethod, resource, multiValueQueryStringParameters: query } = event;
    const api = Object.hasOwn(API_OF_RESOURCE, resource) ? API_OF_RESOURCE[resource] : undefined;
    return {
      ...(METHODS.includes(httpMethod) && { method: httpMethod }),
      ...(RESOURCES.includes(resource) && { resource }),
      ...(api !== undefined && { api, ...nameIn(api, (name) => query?.[name]?.at(-1), Object.keys(query ?? {})) }),
    };
  }
  if (typeof event !== 'object' || event === null || 'lookups' in event) return {};
  const members = event as Readonly<Record<string, unknown>>;
  const api = members.api === 'v1.1' ? 'v1.1' : 'v2';
  return { api, ...nameIn(api, (name) => members[name], Object.keys(members)) };
}

function nameIn(api: Api, given: (name: string) => unknown, names: readonly string[]): Pick<Asked, 'identifierName'> {
  const text = api === 'v2' ? given('identifierName') : names.find((name) => toListedIdentifierName(name));
  const identifierName = typeof text === 'string' ? toListedIdentifierName(text.split(',')[0] ?? '') : undefined;
  return identifierName === undefined ? {} : { identifierName };
}
