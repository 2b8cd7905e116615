import { describe, expect, test } from '@jest/globals';
import { readAudits } from '../../../cli/drift/audit-lines.ts';

const SAME = '{"level":"INFO","api":"v2","answer":"found","purpose":"audit","audit":"same","ageSeconds":12.3}';
const DRIFT =
  '{"level":"INFO","api":"v2","answer":"found","audit":"drift","ageSeconds":90,"sections":["loyaltyInfo","id"]}';
const SAME_HIT = { ageSeconds: 12.3, isWrong: false, sections: [] };
const DRIFT_HIT = { ageSeconds: 90, isWrong: true, sections: ['loyaltyInfo', 'id'] };
const inMessage = (line: string, name = 'message') => ({ timestamp: 1_764_000_000_000, [name]: line });

describe('the audits of a log', () => {
  test.each<readonly [title: string, text: string]>([
    ['lines as the functions write them', `${SAME}\n${DRIFT}\n`],
    ['lines that end as on Windows, with empty ones', `${SAME}\r\n\r\n${DRIFT}\r\n`],
    [
      'lines behind a time and a stream',
      `2026-11-27T03:00:00 2026/11/27/[$LATEST]ab ${SAME}\n2026-11-27T03:00:01 x ${DRIFT}`,
    ],
    ['lines of JSON with them in message', [SAME, DRIFT].map((line) => JSON.stringify(inMessage(line))).join('\n')],
    [
      'message with a line break at its end',
      [SAME, DRIFT].map((line) => JSON.stringify(inMessage(`${line}\n`))).join('\n'),
    ],
    [
      'message with the object itself',
      [SAME, DRIFT].map((line) => JSON.stringify({ message: JSON.parse(line) })).join('\n'),
    ],
    ['aws logs filter-log-events', JSON.stringify({ events: [inMessage(SAME), inMessage(DRIFT)] }, null, 2)],
    ['an export of Logs Insights', JSON.stringify([inMessage(SAME, '@message'), inMessage(DRIFT, '@message')])],
    ['an array of lines', JSON.stringify([SAME, DRIFT])],
    [
      'lines among others',
      [
        'START RequestId: 1 Version: $LATEST',
        '{"level":"INFO","answer":"found","cache":"hit","ageMs":90000}',
        SAME,
        '{"level":"INFO","message":"The function starts."}',
        '{"audit":"same","ageSeconds":"12"}',
        '{"audit":"same","ageSeconds":-1}',
        '{"audit":"drift"}',
        '{"audit":"other","ageSeconds":1}',
        '{"audit":"same","ageSeconds":1',
        'null',
        DRIFT,
      ].join('\n'),
    ],
  ])('are read from %s', (_title, text) => {
    expect(readAudits(text)).toEqual({ hits: [SAME_HIT, DRIFT_HIT], notFoundHits: [], skipped: 0 });
  });

  test.each<readonly [title: string, line: object, of: 'hits' | 'notFoundHits']>([
    ['the customer, the same', { audit: 'same', answer: 'found' }, 'hits'],
    ['the customer, gone', { audit: 'drift', answer: 'not-found', sections: ['gone'] }, 'hits'],
    ['"not found", the same', { audit: 'same', answer: 'not-found' }, 'notFoundHits'],
    [
      '"not found", and the customer appeared',
      { audit: 'drift', answer: 'found', sections: ['appeared'] },
      'notFoundHits',
    ],
  ])('are told apart by the served answer: %s', (_title, line, of) => {
    const audits = readAudits(JSON.stringify({ ...line, ageSeconds: 3 }));
    expect([audits.hits.length, audits.notFoundHits.length]).toEqual(of === 'hits' ? [1, 0] : [0, 1]);
  });

  test('that compared nothing are counted only', () => {
    const skipped = '{"audit":"skipped","why":"late","ageSeconds":4}';
    expect(readAudits(`${skipped}\n${SAME}\n${skipped}`)).toEqual({ hits: [SAME_HIT], notFoundHits: [], skipped: 2 });
  });

  test.each(['', '\n', 'no JSON', '[]', '{}', '"text"'])('do not exist in %j', (text) => {
    expect(readAudits(text)).toEqual({ hits: [], notFoundHits: [], skipped: 0 });
  });
});
