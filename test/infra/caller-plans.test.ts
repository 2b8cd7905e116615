import { describe, expect, test } from '@jest/globals';
import { toCallerClasses } from '../../functions/settings/caller-classes.ts';
import { callerPlansOf, callersSetting } from '../../infra/caller-plans.ts';
import { fc } from '../support/properties.ts';
import { ENVIRONMENTS_UNDER_TEST, type EnvironmentUnderTest } from './environments-under-test.ts';
import { propertiesOf, resourcesOf, templateOf } from './templates.ts';

const CLASSES = 'with classes of callers';
const WITH_DEFAULT = 'with classes of callers, one the default';

const plansOf = (environment: EnvironmentUnderTest) =>
  propertiesOf(templateOf(environment), 'AWS::ApiGateway::UsagePlan').map(({ UsagePlanName, Throttle, Quota }) => [
    UsagePlanName,
    `${Throttle.RateLimit}/s, ${Throttle.BurstLimit} at once, ${Quota.Limit} a ${Quota.Period}`,
  ]);

describe('classes of callers', () => {
  test('have a usage plan each; its requests are the look-ups of the class divided by the largest batch', () => {
    expect(Object.fromEntries(plansOf(CLASSES))).toEqual({
      'lookaside.tills': '5/s, 10 at once, 5000 a DAY',
      'lookaside.kiosks': '1/s, 3 at once, 2000 a WEEK',
      'lookaside.services': '2.5/s, 4 at once, 10000 a MONTH',
    });
  });

  test('never get more look-ups than their class says, with full batches or without, and get all of them with full ones', () => {
    const number = fc.integer({ min: 100, max: 1_000_000 });
    fc.assert(
      fc.property(number, number, fc.integer({ min: 1, max: 100 }), (perSecond, lookups, maxBatch) => {
        const own = { throttle: { perSecond, burst: perSecond }, quota: { lookups, per: 'DAY' }, maxBatch } as const;
        const [plan] = callerPlansOf('p', { own });
        expect((plan?.quota.requests ?? 0) * maxBatch).toBeLessThanOrEqual(lookups);
        expect((plan?.quota.requests ?? 0) * maxBatch).toBeGreaterThan(lookups - maxBatch);
        expect((plan?.throttle.perSecond ?? 0) * maxBatch).toBeCloseTo(perSecond);
        expect((plan?.throttle.burst ?? 0) * maxBatch).toBeLessThanOrEqual(perSecond);
        expect(plan?.throttle.burst).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test('have keys outside the stack: the stack makes none, and names none', () => {
    expect(resourcesOf(templateOf(CLASSES), 'AWS::ApiGateway::ApiKey')).toEqual({});
    expect(templateOf(CLASSES).Outputs).not.toHaveProperty('ApiKeyIds');
  });

  test('reach the answering function as its setting, without their plans, and no other function', () => {
    const variables = propertiesOf(templateOf(CLASSES), 'AWS::Lambda::Function').map(
      ({ FunctionName, Environment }) => [FunctionName, Environment.Variables.CALLERS] as const,
    );
    expect(variables.filter(([, text]) => text !== undefined).map(([name]) => name)).toEqual(['lookaside-http']);
    const { callers } = ENVIRONMENTS_UNDER_TEST[CLASSES];
    const [, text = ''] = variables.find(([name]) => name === 'lookaside-http') ?? [];
    expect(text).toBe(callersSetting(callers));
    expect(JSON.parse(text)).toEqual({
      tills: { cacheControl: 'max-stale=3600', sources: ['INSTORE'] },
      kiosks: { fields: callers.kiosks.fields },
      services: { maxBatch: 100 },
    });
    expect([...(toCallerClasses(text)?.keys() ?? [])]).toEqual(['tills', 'kiosks', 'services']);
  });

  test('may ask as fast as the account may: the stack does not know how many keys there are', () => {
    const [{ MethodSettings }] = propertiesOf(templateOf(CLASSES), 'AWS::ApiGateway::Stage') as [
      { MethodSettings: [object] },
    ];
    expect(MethodSettings[0]).toMatchObject({ ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 5_000 });
  });

  test('may ask no faster together than stageThrottle says', () => {
    const [stage] = propertiesOf(templateOf('with classes of callers and a limit for all'), 'AWS::ApiGateway::Stage');
    expect(stage.MethodSettings[0]).toMatchObject({
      HttpMethod: '*',
      ResourcePath: '/*',
      ThrottlingRateLimit: 800,
      ThrottlingBurstLimit: 1_600,
    });
  });

  test('have no alarm about the quota of one key: the number of all requests says nothing about one key', () => {
    const names = (environment: EnvironmentUnderTest) =>
      propertiesOf(templateOf(environment), 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName);
    expect(names('default')).toContain('lookaside-quota');
    expect(names(CLASSES)).toEqual(names('default').filter((name) => name !== 'lookaside-quota'));
  });
});

describe('the default class', () => {
  const template = templateOf(WITH_DEFAULT);

  test('has the keys of the stack, in the plan that they had before there were classes', () => {
    const [planId] = Object.keys(resourcesOf(templateOf('default'), 'AWS::ApiGateway::UsagePlan'));
    const plans = resourcesOf(template, 'AWS::ApiGateway::UsagePlan');
    expect(plans[planId ?? '']?.Properties.UsagePlanName).toBe('lookaside');
    const keys = propertiesOf(template, 'AWS::ApiGateway::UsagePlanKey');
    expect(keys.map(({ UsagePlanId }) => UsagePlanId)).toEqual([{ Ref: planId }, { Ref: planId }]);
    expect(template.Outputs).toHaveProperty('ApiKeyIds');
  });

  test('gives these keys its own limits', () => {
    expect(Object.fromEntries(plansOf(WITH_DEFAULT))).toEqual({
      'lookaside.tills': '5/s, 10 at once, 5000 a DAY',
      'lookaside.kiosks': '1/s, 3 at once, 2000 a WEEK',
      lookaside: '5/s, 10 at once, 5000 a DAY',
    });
  });

  test.each(['tills', 'kiosks'])(
    'may change without another plan for the keys of the class %s, which are outside the stack',
    (className) => {
      const idOf = (environment: EnvironmentUnderTest) =>
        Object.entries(resourcesOf(templateOf(environment), 'AWS::ApiGateway::UsagePlan'))
          .filter(([, { Properties }]) => Properties.UsagePlanName === `lookaside.${className}`)
          .map(([id]) => id);
      expect(idOf(WITH_DEFAULT)).toEqual(idOf(CLASSES));
      expect(idOf(CLASSES)).toHaveLength(1);
    },
  );
});
