import type { Route } from '../../infra/routes.ts';

/** The target of a request. */
export interface Routed {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Undefined: there is no such resource, or not with this method. API Gateway gives both the same answer. */
export type Router = (method: string, segments: readonly string[]) => Routed | undefined;

interface Resource {
  readonly template: readonly string[];
  readonly routes: readonly Route[];
}

/**
 * Routes as API Gateway's REST APIs do. The most specific resource that fits the path counts: a fixed segment before
 * `{name}`, and `{name}` before `{name+}`. Then the method itself counts before ANY.
 */
export function createRouter(routes: readonly Route[]): Router {
  const resources = [...Map.groupBy(routes, ({ path }) => path)]
    .map(([path, own]): Resource => ({ template: segmentsOf(path), routes: own }))
    .sort((left, right) => compare(left.template, right.template));

  return (method, segments) => {
    for (const resource of resources) {
      const pathParameters = match(resource.template, segments);
      if (pathParameters === undefined) continue;
      const route =
        resource.routes.find((candidate) => candidate.method === method) ??
        resource.routes.find((candidate) => candidate.method === 'ANY');
      return route && { route, pathParameters };
    }
    return undefined;
  };
}

/** A path's segments. A slash at its end makes no segment: API Gateway routes `/health/` like `/health`. */
export function segmentsOf(path: string): string[] {
  const segments = path.replace(/^\//, '').split('/');
  if (segments.at(-1) === '') segments.pop();
  return segments;
}

/** The path's parameters if the template fits; undefined if not. */
function match(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const greedy = template.at(-1)?.endsWith('+}') ?? false;
  if (greedy ? segments.length < template.length : segments.length !== template.length) return undefined;
  const parameters: [string, string][] = [];
  for (const [position, part] of template.entries()) {
    const segment = segments[position] ?? '';
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined;
    } else if (part.endsWith('+}')) parameters.push([part.slice(1, -2), segments.slice(position).join('/')]);
    else parameters.push([part.slice(1, -1), segment]);
  }
  return Object.fromEntries(parameters);
}

/** Orders templates, the more specific first. */
function compare(left: readonly string[], right: readonly string[]): number {
  for (let position = 0; position < Math.max(left.length, right.length); position += 1) {
    const difference = openness(left[position]) - openness(right[position]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function openness(part: string | undefined): number {
  if (part === undefined || !part.startsWith('{')) return 0;
  return part.endsWith('+}') ? 2 : 1;
}
