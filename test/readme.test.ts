import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { liveLine } from '../local/observation/live-line.ts';
import type { Observation } from '../local/observation/observation.ts';
import { type LocalService, startLocal } from '../local/service.ts';
import { tryOut } from '../local/try-out.ts';
import { PATIENT } from './support/patience.ts';

// Runs the commands of the README, in its order, on one service, and compares the answers with the README.

const readme = readFileSync('README.md', 'utf8');
const ADDRESS = 'http://127.0.0.1:3000';

/** A command of the README and the answer that it prints. */
interface Step {
  readonly command: string;
  readonly shown: string;
}

const STEPS: readonly Step[] = [...readme.matchAll(/^```sh\n(curl [^\n]*)\n```\n\n```(?:json)?\n(.*?)\n```$/gms)].map(
  ([, command = '', shown = '']) => ({ command, shown }),
);
const withHeaders = STEPS.filter(({ command }) => command.startsWith('curl -i '));

let service: LocalService;
const observed: Observation[] = [];

beforeAll(async () => {
  service = await startLocal(
    { ...PATIENT, PORT: '0', LOG_LEVEL: 'SILENT' },
    { simulator: { latencyMs: 0, jitterMs: 0 }, tell: (observation) => observed.push(observation) },
  );
});

afterAll(async () => {
  await service?.close();
});

const anySeconds = (json: string) => json.replace(/(Seconds": ?)\d+/g, '$10');
const anyNumber = (line: string) => line.replace(/(ttl=|^Age: )\d+/g, '$1N');

/** What the command of curl asks. */
function askedBy(command: string): { url: string; init: RequestInit } {
  const [, url = ''] = /'?(http:[^' ]+)/.exec(command) ?? [];
  const [, given] = /-X (\w+)/.exec(command) ?? [];
  const [, body] = /-d '([^']*)'/.exec(command) ?? [];
  const headers = [...command.matchAll(/-H '([^:']*): ([^']*)'/g)].map(([, name = '', value = '']) => [name, value]);
  const method = given ?? (body === undefined ? 'GET' : 'POST');
  return {
    url: url.replace(ADDRESS, service.url),
    // curl asks for no coding, and fetch for gzip.
    init: {
      method,
      ...(body !== undefined && { body }),
      headers: { 'accept-encoding': 'identity', ...Object.fromEntries(headers) },
    },
  };
}

// The order matters: each answer follows from those before it.
describe('each answer of the README, in order', () => {
  test.each(STEPS)('$command', async ({ command, shown }) => {
    const { url, init } = askedBy(command);
    const response = await fetch(url, init);
    const body = await response.text();
    if (!withHeaders.some((step) => step.command === command)) {
      expect(JSON.parse(anySeconds(body))).toEqual(JSON.parse(anySeconds(shown)));
      return;
    }
    const [head = '', beginning = ''] = shown.split('\n\n');
    const [statusLine, ...headers] = head.split('\n');
    expect(statusLine).toBe(`HTTP/1.1 ${response.status} ${response.statusText}`);
    for (const header of headers) {
      const [name = ''] = header.split(':');
      expect(anyNumber(`${name}: ${response.headers.get(name)}`)).toBe(anyNumber(header));
    }
    expect(beginning).toMatch(/…$/);
    expect(body.startsWith(beginning.slice(0, -1))).toBe(true);
  });

  test('the two lines of the terminal match the first two requests', () => {
    const [, lines = ''] = /^```\n(\d\d:\d\d:\d\d {2}MISS .*?)\n```$/ms.exec(readme) ?? [];
    const withoutTimes = (line: string) =>
      line
        .replace(/\d+ ms/g, 'N ms')
        .replace(/ttl=\d+/, 'ttl=N')
        .replace(/^\d\d:\d\d:\d\d {2}/, '');
    const printed = observed.slice(0, 2).map((observation) => liveLine(observation, { hasColour: false }));
    expect(lines.split('\n').map(withoutTimes)).toEqual(printed.map(withoutTimes));
  });
});

test('the README has the commands that start the service and that run the tests, and the requests that npm start prints', () => {
  const [first = ''] = /^```sh\n.*?\n```$/ms.exec(readme) ?? [];
  expect(first.split('\n').slice(1, -1)).toEqual(['npm ci', 'npm start']);
  expect(readme).toContain('```sh\nnpm ci\nnpm test\n```');
  expect(withHeaders.map(({ command }) => command)).toEqual(tryOut(ADDRESS, service.settings, undefined));
});

test('the README shows each way to call: both APIs, a joined look-up, a batch, an invocation, an event and a purge', () => {
  const ways = STEPS.slice(withHeaders.length).map(({ command }) => new URL(/http:[^' ]+/.exec(command)?.[0] ?? ''));
  expect(ways.map(({ pathname }) => pathname)).toEqual([
    '/v1.1/customer/get',
    '/v2/customers/lookup/customerDetails',
    '/lookups',
    '/2015-03-31/functions/lookaside-invoke/invocations',
    '/events/capillary',
    '/cache/customers/566881933',
  ]);
});

test('a step above checks every answer that the README prints', () => {
  const blocks = [...readme.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, text = '']) => text.trim());
  const answers = blocks.filter((text) => /^(?:[{[]|HTTP\/)/.test(text));
  expect(answers).toEqual(STEPS.map(({ shown }) => shown));
});
