import type { CallerClass, CallerClasses } from '../callers/caller-class.ts';
import { compileProjection, type Projection } from '../customer/reply/projection.ts';
import { APIS, type Api } from '../customer/request/canonical-request.ts';
import { DIRECTIVE_NAMES } from '../lookup/directives.ts';
import { MAX_LOOKUPS } from '../lookup/max-lookups.ts';
import { isPlainObject } from '../plain-object.ts';
import { identityOf } from '../rest/signer-arn.ts';

/** A part of a class, as data: the words for the allowed values, and a check of a value. */
export interface ClassPart {
  /** The allowed values, to complete the sentence "…; allowed is". */
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
}

/** Thrown if a class is not allowed. The message completes the sentence "CALLERS is … and …". */
export class CallerClassError extends Error {
  override readonly name = 'CallerClassError';
}

/** A class's name: it begins the keys of its members, and ends the name of its usage plan. */
export const CLASS_NAME = /^[a-z][a-z0-9-]{0,29}$/;
/** The allowed names of a class, in words. */
export const CLASS_NAME_ALLOWED = 'a name of 1 to 30 lower-case letters, digits and - that begins with a letter';
/**
 * The character between a class's name and the rest of a key, or the deployment's name in front. No key that AWS
 * generates has it, and no deployment's name.
 */
export const CLASS_SEPARATOR = '.';
/** A role or a user, and not a session, which exists only for a time. */
const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]{1,512}$/;
/** How many classes there may be. API Gateway needs no such limit: it searches all keys in one list. */
export const MAX_CLASSES = 20;
/** Lambda takes 4 KB for all of a function's settings. Characters. */
export const MAX_CALLERS_LENGTH = 2500;

const wholeNumber = (from: number, to: number, unit: string): ClassPart => ({
  allowed: `a whole number of ${unit}, ${from} to ${to}`,
  accepts: (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
});

/** The directives without seconds, and those that mean nothing without them. `max-stale` is neither. */
const WITHOUT_SECONDS: readonly string[] = ['no-cache', 'no-store', 'only-if-cached'];
const NEEDS_SECONDS: readonly string[] = ['max-age', 'min-fresh', 'stale-if-error'];
const directiveForm = (name: string) => (WITHOUT_SECONDS.includes(name) ? name : `${name}=N`);

/** The parts of a class, besides its usage plan. Each part is optional. */
export const CLASS_PARTS = {
  cacheControl: {
    allowed: `request directives with commas between them, of ${DIRECTIVE_NAMES.map(directiveForm).join(', ')}, such as max-stale=3600`,
    accepts: isDirectives,
  },
  waitMs: wholeNumber(1, 60_000, 'milliseconds'),
  roles: {
    allowed: 'a list of 1 to 20 different ARNs of IAM roles and users',
    accepts: (value: unknown) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= 20 &&
      value.every((arn) => typeof arn === 'string' && ROLE_ARN.test(arn)) &&
      new Set(value.map(identityOf)).size === value.length,
  },
  sources: {
    allowed: 'a list of 1 to 20 different sources, each of 1 to 64 letters, digits and _, such as INSTORE',
    accepts: (value: unknown) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= 20 &&
      new Set(value).size === value.length &&
      value.every((source) => typeof source === 'string' && /^\w{1,64}$/.test(source)),
  },
  maxBatch: wholeNumber(1, MAX_LOOKUPS, 'look-ups'),
  fields: {
    allowed: `an object of ${APIS.join(' and ')}, both required, each a projection such as profiles(firstName)`,
    accepts: (value: unknown) => toFields(value) !== undefined,
  },
  isDefault: { allowed: 'true or false', accepts: (value: unknown) => typeof value === 'boolean' },
} satisfies Readonly<Partial<Record<keyof CallerClass, ClassPart>>>;

/** The names of the parts that `CLASS_PARTS` describes. */
export const CLASS_PART_NAMES = Object.keys(CLASS_PARTS) as readonly (keyof typeof CLASS_PARTS)[];

/**
 * Reads the setting CALLERS. Undefined: it is no JSON object of 1 to 20 classes, or too long.
 *
 * @throws {CallerClassError} if a class is not allowed, or the classes do not fit together
 * @throws {SyntaxError} if it is no JSON
 */
export function toCallerClasses(text: string): CallerClasses | undefined {
  const given: unknown = text.length <= MAX_CALLERS_LENGTH ? JSON.parse(text) : undefined;
  if (!isPlainObject(given)) return undefined;
  const classes = Object.entries(given).map(([name, own]) => toClass(name, own));
  if (classes.length === 0 || classes.length > MAX_CLASSES) return undefined;
  if (classes.filter(({ isDefault }) => isDefault).length > 1) throw new CallerClassError('has two default classes');
  const twice = roleOfTwo(classes);
  if (twice !== undefined) throw new CallerClassError(`names ${twice} twice`);
  return new Map(classes.map((each) => [each.name, each]));
}

/** The ARN of a role, or a user, whose signatures would make members of two classes; undefined: there is none. */
export function roleOfTwo(classes: readonly Pick<CallerClass, 'roles'>[]): string | undefined {
  const roles = classes.flatMap(({ roles: own = [] }) => own);
  const identities = roles.map(identityOf);
  return roles.find((_, position) => identities.indexOf(identities[position] ?? '') < position);
}

/** @throws {CallerClassError} if the class is not allowed */
function toClass(name: string, own: unknown): CallerClass {
  const shown = JSON.stringify(name);
  if (!CLASS_NAME.test(name)) throw new CallerClassError(`has the class ${shown}, which is not ${CLASS_NAME_ALLOWED}`);
  if (!isPlainObject(own)) throw new CallerClassError(`its class ${shown} is not an object`);
  for (const [part, value] of Object.entries(own)) {
    const known = CLASS_PART_NAMES.find((each) => each === part);
    if (known === undefined) {
      throw new CallerClassError(
        `its class ${shown} has the unknown part ${JSON.stringify(part)}, and not one of ${CLASS_PART_NAMES.join(', ')}`,
      );
    }
    if (!CLASS_PARTS[known].accepts(value)) {
      throw new CallerClassError(`${part} of its class ${shown} is not ${CLASS_PARTS[known].allowed}`);
    }
  }
  const { isDefault, roles, cacheControl, waitMs, sources, maxBatch, fields } = own as Partial<CallerClass>;
  return {
    name,
    isDefault: isDefault ?? false,
    roles,
    cacheControl,
    waitMs,
    sources,
    maxBatch: maxBatch ?? 1,
    fields: toFields(fields),
  };
}

/** The projections by API. Both are required: if a class left one API out, it would get the whole reply of that API. */
function toFields(value: unknown): Readonly<Record<Api, Projection>> | undefined {
  if (!isPlainObject(value) || Object.keys(value).length !== APIS.length) return undefined;
  const { v2, 'v1.1': v1 } = value;
  if (typeof v2 !== 'string' || typeof v1 !== 'string') return undefined;
  try {
    return { v2: compileProjection(v2), 'v1.1': compileProjection(v1) };
  } catch {
    return undefined;
  }
}

/** The service ignores unknown and malformed directives of requests. In a setting such a directive is a mistake. */
function isDirectives(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 200) return false;
  return value.split(',').every((element) => {
    const [, name = '', seconds] = /^\s*([a-z-]+)(?:=(\d{1,9}))?\s*$/.exec(element) ?? [];
    const isComplete = !(seconds === undefined ? NEEDS_SECONDS : WITHOUT_SECONDS).includes(name);
    return DIRECTIVE_NAMES.includes(name) && isComplete;
  });
}
