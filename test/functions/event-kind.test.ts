import { describe, expect, test } from '@jest/globals';
import { type EventKind, eventKindOf } from '../../functions/event-kind.ts';
import { FOREIGN_EVENTS } from '../support/foreign-events.ts';
import { proxyEvent } from '../support/proxy-event.ts';

describe('the kind of an event', () => {
  test.each<readonly [EventKind, unknown]>([
    ...FOREIGN_EVENTS,
    ['rest-api', proxyEvent({})],
    ['look-up', { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' }],
    ['look-up', { lookups: [] }],
    // A look-up stays one with any further members.
    ['look-up', { source: 'serverless-plugin-warmup', identifierName: 'mobile' }],
    ['null', undefined],
    ['object', { warmer: 'canary' }],
    ['object', { triggerSource: 'canary' }],
    ['object', { RequestType: 'canary' }],
    ['object', { connectionId: 'canary' }],
    ['object', { Records: 5 }],
    ['object', JSON.parse('{"__proto__":{"lookups":[]}}')],
    ['records', { Records: [null] }],
    ['records', { Records: [{ eventSource: 'aws:canary' }] }],
  ])('%s', (kind, event) => {
    expect(eventKindOf(event)).toBe(kind);
  });
});
