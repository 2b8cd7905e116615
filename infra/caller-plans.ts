import {
  CLASS_NAME,
  CLASS_NAME_ALLOWED,
  CLASS_PART_NAMES,
  CLASS_PARTS,
  CLASS_SEPARATOR,
  MAX_CALLERS_LENGTH,
  MAX_CLASSES,
  roleOfTwo,
} from '../functions/settings/caller-classes.ts';
import { authKindOf } from './auth.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import type { CallerClassChoice, CallerClassChoices, LookupQuota, Quota, Throttle } from './environment-values.ts';
import { members, oneOf, optional, type Rule, rule, wholeNumber } from './rule.ts';

/** A usage plan: the limits of each of its keys, in API Gateway's requests. */
export interface CallerPlan {
  /** The class whose keys it holds. They are made outside the stack. Undefined: it holds the stack's own keys. */
  readonly className: string | undefined;
  readonly name: string;
  readonly throttle: Throttle;
  readonly quota: Quota;
}

const CLASS = members({
  throttle: optional(members({ perSecond: wholeNumber(1, 10_000), burst: wholeNumber(1, 10_000) })),
  quota: optional(members({ lookups: wholeNumber(1, 2_000_000_000), per: oneOf(['DAY', 'WEEK', 'MONTH']) })),
  ...Object.fromEntries(
    CLASS_PART_NAMES.map((name) => [name, optional(rule(CLASS_PARTS[name].allowed, CLASS_PARTS[name].accepts))]),
  ),
});

/** Allows classes of callers, each with its plan and its members' rights. */
export const CALLERS: Rule = (value, name) => {
  const isFine = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isFine ? Object.entries(value) : [];
  if (entries.length === 0 || entries.length > MAX_CLASSES) {
    return rule(`an object of 1 to ${MAX_CLASSES} classes by their names`, () => false)(value, name);
  }
  const named = rule(CLASS_NAME_ALLOWED, (text) => typeof text === 'string' && CLASS_NAME.test(text));
  return entries.flatMap(([className, own]) => [
    ...named(className, `${name}'s class`),
    ...CLASS(own, `${name}.${className}`),
  ]);
};

/** The problems of classes that do not fit together. */
export function callerContradictions(environment: DeploymentEnvironment): readonly string[] {
  const { callers, apiKeys } = environment;
  if (callers === undefined) return [];
  const classes = Object.entries(callers);
  const limits = authKindOf(environment) === 'apiKey' ? limitsOfPlans(environment, classes) : [];
  const twice = roleOfTwo(Object.values(callers).map(({ roles }) => ({ roles })));
  const defaults = classes.filter(([, { isDefault }]) => isDefault).map(([name]) => name);
  return [
    ...limits,
    ...(twice === undefined ? [] : [`callers has ${twice} in two classes; allowed is each role in one class.`]),
    ...tooLong(callers),
    ...(defaults.length > 1 ? [`callers has the defaults ${defaults.join(', ')}; allowed is one of them.`] : []),
    ...(apiKeys !== undefined && defaults.length === 0
      ? ['apiKeys is set and no class of callers is the default; allowed is apiKeys with a class that has isDefault.']
      : []),
  ];
}

/** The problem of classes that do not fit into the function's setting. */
function tooLong(callers: CallerClassChoices): readonly string[] {
  const { length } = callersSetting(callers);
  return length <= MAX_CALLERS_LENGTH
    ? []
    : [
        `callers has ${length} characters as a setting, without throttle and quota; allowed is ${MAX_CALLERS_LENGTH}: ` +
          'have fewer classes, roles or fields.',
      ];
}

/** With API keys each class has its own usage plan, so the environment's own limits have no meaning. */
function limitsOfPlans(
  environment: DeploymentEnvironment,
  classes: readonly [name: string, own: CallerClassChoice][],
): readonly string[] {
  return [
    ...PLAN_PARTS.filter((name) => environment[name] !== undefined).map(
      (name) => `${name} is set and callers too; allowed is one of them: each class has its own ${name}.`,
    ),
    ...classes.flatMap(([name, own]) =>
      PLAN_PARTS.filter((part) => own[part] === undefined).map(
        (part) => `callers.${name}.${part} is missing; allowed is ${PLAN_PARTS.join(' and ')} for each class.`,
      ),
    ),
    ...classes.flatMap(([name, own]) => tooSmallForABatch(name, own)),
  ];
}

/** The problem of a limit for all keys of classes where there are none: another value limits all callers there. */
export function stageThrottleContradictions(environment: DeploymentEnvironment): readonly string[] {
  const { stageThrottle, callers } = environment;
  if (stageThrottle === undefined || (callers !== undefined && authKindOf(environment) === 'apiKey')) return [];
  return [
    'stageThrottle is set and callers have no keys of classes; allowed is stageThrottle with callers and auth "apiKey". ' +
      'Remove it: throttle limits the callers here.',
  ];
}

const PLAN_PARTS = ['throttle', 'quota'] as const;

/**
 * The problem of limits that are smaller than the class's largest batch: its plan would then allow no request at all.
 */
function tooSmallForABatch(name: string, { maxBatch = 1, throttle, quota }: CallerClassChoice): readonly string[] {
  const limits = { 'throttle.burst': throttle?.burst, 'quota.lookups': quota?.lookups };
  return Object.entries(limits)
    .filter(([, limit]) => limit !== undefined && limit < maxBatch)
    .map(([part, limit]) => `callers.${name}.${part} is ${limit}; allowed is at least its maxBatch, ${maxBatch}.`);
}

/**
 * The usage plans of classes that have limits. The environment counts look-ups, and API Gateway counts requests. A
 * request of a class holds up to `maxBatch` look-ups, so its plan allows that many times fewer requests. So no key gets
 * more look-ups than its class says.
 *
 * | maxBatch | a key gets |
 * |---|---|
 * | 1 | exactly what its class says |
 * | n | that number, if it sends full batches; only an n-th of it, if it sends single look-ups |
 */
export function callerPlansOf(prefix: string, callers: CallerClassChoices): readonly CallerPlan[] {
  return Object.entries(callers).flatMap(([className, { throttle, quota, maxBatch = 1 }]) => {
    if (throttle === undefined || quota === undefined) return [];
    return {
      className,
      name: `${prefix}${CLASS_SEPARATOR}${className}`,
      throttle: { perSecond: throttle.perSecond / maxBatch, burst: Math.floor(throttle.burst / maxBatch) },
      quota: toRequests(quota, maxBatch),
    };
  });
}

function toRequests({ lookups, per }: LookupQuota, maxBatch: number): Quota {
  return { requests: Math.floor(lookups / maxBatch), per };
}

/** The functions' setting CALLERS: the classes without their plans. */
export function callersSetting(callers: CallerClassChoices): string {
  const classes = Object.entries(callers).map(([name, { throttle: _, quota: __, ...own }]) => [name, own]);
  return JSON.stringify(Object.fromEntries(classes));
}
