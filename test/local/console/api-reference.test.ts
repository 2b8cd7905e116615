import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { firstRequest, tagsOf } from '../../../console/reference/api-document.js';
import { compact, parseDigits } from '../../../console/reference/digits.js';
import { type LocalService, startLocal } from '../../../local/service.ts';
import { PATIENT } from '../../support/patience.ts';

// The API reference of `npm start` says what openapi.yaml says.

const BROWSER = { accept: 'text/html,*/*;q=0.8' };
const source = readFileSync('openapi.yaml', 'utf8');
const document = parse(source);
const operations = tagsOf(document).flatMap(({ operations }) => operations);

let service: LocalService;
beforeAll(async () => {
  service = await startLocal(
    { ...PATIENT, PORT: '0', LOG_LEVEL: 'SILENT' },
    { simulator: { latencyMs: 0, jitterMs: 0 } },
  );
});
afterAll(async () => {
  await service?.close();
});

describe('/docs', () => {
  test('is a page that loads nothing from another site', async () => {
    const response = await fetch(`${service.url}/docs`, { headers: BROWSER });
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self' 'sha256-/);
    expect(page).toContain('<title>Lookaside API reference</title>');
    expect(page).not.toMatch(/https?:\/\//);
    const files = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file = '']) => file);
    for (const file of files) expect((await fetch(service.url + file)).status).toBe(200);
    expect(files).toContain('/__console/reference/app.js');
  });

  test('does not exist for a client that is not a browser, nor for another method, nor below it', async () => {
    for (const [path, init] of [
      ['/docs', {}],
      ['/docs', { method: 'POST', headers: BROWSER }],
      ['/docs/', { headers: BROWSER }],
    ] as const) {
      const response = await fetch(service.url + path, init);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'not_found' });
    }
  });

  test('has openapi.yaml beside it, without a change', async () => {
    const response = await fetch(`${service.url}/docs/openapi.yaml`);
    expect(response.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(await response.text()).toBe(source);
  });
});

describe('the data of the page', () => {
  const read = async () => (await fetch(`${service.url}/__console/api/openapi`)).text();

  test('is openapi.yaml', async () => {
    expect(JSON.parse(await read())).toEqual(document);
  });

  test('has its numbers with the digits of the document', async () => {
    const decimals = [...source.matchAll(/: (-?\d+\.\d+)(?=[ ,}\n])/g)].map(([, digits = '']) => digits);
    const printed = compact(parseDigits(await read()));
    expect(decimals.some((digits) => digits.endsWith('0'))).toBe(true);
    expect(decimals.filter((digits) => digits !== '3.1' && !printed.includes(`: ${digits}`))).toEqual([]);
  });
});

test.each(operations.map((asked) => [`${asked.method} ${asked.path}`, asked] as const))(
  'the first request of the page gets a good answer: %s',
  async (_, asked) => {
    const { path, headers, body } = firstRequest(document, asked);
    const response = await fetch(service.url + path, {
      method: asked.method,
      headers: { ...headers, authorization: 'local-webhook-secret' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect([200, 204]).toContain(response.status);
    expect(Object.keys(asked.operation.responses)).toContain(String(response.status));
  },
);
