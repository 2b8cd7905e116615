import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseSettings } from '../functions/settings/settings.ts';
import { type LocalService, startLocal } from '../local/service.ts';
import { tryOut } from '../local/try-out.ts';
import { PATIENT } from './support/patience.ts';

// What the README tells a newcomer to type answers as the README says.

const readme = readFileSync('README.md', 'utf8');
const ADDRESS = 'http://127.0.0.1:3000';

/** The look-ups of the README: the command, and the head and the beginning of the body that it shows. */
const examples = [...readme.matchAll(/^```sh\n(curl -i [^\n]*)\n```\n\n```\n(.*?)\n\n([^\n]*)…\n```$/gms)].map(
  ([, command = '', head = '', body = '']) => ({ command, head, body }),
);

let service: LocalService;

/** What the README shows answered with JSON, by a service where its first example has been asked: look-ups and batches. */
const answers = [
  ...readme.matchAll(/^```sh\n(curl -sS (?:'http[^\n]*|\S+\/lookups [^\n]*))\n```\n\n```json\n(.*?)\n```$/gms),
].map(([, command = '', shown = '']) => ({ command, shown }));

/** What the README shows answered with one line of JSON: the command, and that line. */
const purges = [...readme.matchAll(/^```sh\n(curl -sS -X [^\n]*)\n```\n\n```json\n([^\n]*)\n```$/gm)].map(
  ([, command = '', shown = '']) => ({ command, shown }),
);

const start = () =>
  startLocal({ ...PATIENT, PORT: '0', LOG_LEVEL: 'SILENT' }, { simulator: { latencyMs: 0, jitterMs: 0 } });

beforeAll(async () => {
  service = await start();
});

afterAll(async () => {
  await service?.close();
});

const here = (text: string) => text.replace(ADDRESS, service.url);
const quoted = (command: string) => [...command.matchAll(/'([^']*)'/g)].map(([, text = '']) => text);
const anySeconds = (json: string) => json.replace(/(Seconds": ?)\d+/g, '$10');
const anyNumber = (header: string) => header.replace(/(ttl=|^Age: )\d+/g, '$1N');

test('the README shows the two commands that npm start prints', () => {
  const settings = parseSettings({ ...minimal(), UPSTREAM_BASE_URL: 'http://127.0.0.1' });
  expect(examples.map(({ command }) => command)).toEqual(tryOut(ADDRESS, settings, undefined));
});

test('they answer as the README says, a miss and then a hit', async () => {
  for (const { command, head, body } of examples) {
    const [address = ''] = quoted(command);
    // curl asks for no coding, and fetch for gzip.
    const response = await fetch(here(address), { headers: { 'accept-encoding': 'identity' } });
    const [statusLine, ...headers] = head.split('\n');
    expect(statusLine).toBe(`HTTP/1.1 ${response.status} ${response.statusText}`);
    for (const header of headers) {
      const [name = ''] = header.split(':');
      expect(anyNumber(`${name}: ${response.headers.get(name)}`)).toBe(anyNumber(header));
    }
    expect((await response.text()).startsWith(body)).toBe(true);
  }
  expect.hasAssertions();
});

test('the direct invocation answers as the README says', async () => {
  const [, command = '', shown = ''] =
    /^```sh\n(curl -sS \S+\/invocations [^\n]*)\n```\n\n```json\n(.*?)\n```$/ms.exec(readme) ?? [];
  const [payload = ''] = quoted(command);
  const [address = ''] = /http\S+/.exec(command) ?? [];
  const response = await fetch(here(address), { method: 'POST', body: payload });
  expect(JSON.parse(anySeconds(await response.text()))).toEqual(JSON.parse(anySeconds(shown)));
});

test.each(answers)('both APIs answer as the README says: $command', async ({ command, shown }) => {
  const [, address = ''] = /'?(http[^' ]+)/.exec(command) ?? [];
  const [, body] = /-d '([^']*)'/.exec(command) ?? [];
  const response = await fetch(here(address), body === undefined ? {} : { method: 'POST', body });
  expect(JSON.parse(anySeconds(await response.text()))).toEqual(JSON.parse(anySeconds(shown)));
});

test('the README shows a look-up by v1.1, a joined one and a batch', () => {
  const paths = answers.map(({ command }) => new URL(/http[^' ]+/.exec(command)?.[0] ?? '').pathname);
  expect(paths).toEqual(['/v1.1/customer/get', '/v2/customers/lookup/customerDetails', '/lookups']);
});

test.each(purges)('a customer who was looked up is purged as the README says: $command', async ({ command, shown }) => {
  // A service of its own: what is asked for just after a purge is not kept.
  const own = await start();
  try {
    const [{ command: lookup } = { command: '' }] = examples;
    await fetch((quoted(lookup)[0] ?? '').replace(ADDRESS, own.url));
    const [, method = ''] = /-X (\w+)/.exec(command) ?? [];
    const [, authorization] = /-H 'Authorization: ([^']*)'/.exec(command) ?? [];
    const [, body] = /-d '([^']*)'/.exec(command) ?? [];
    const [address = ''] = /http\S+/.exec(command) ?? [];
    const response = await fetch(address.replace(ADDRESS, own.url), {
      method,
      ...(authorization !== undefined && { headers: { authorization } }),
      ...(body !== undefined && { body }),
    });
    expect(await response.json()).toEqual(JSON.parse(shown));
  } finally {
    await own.close();
  }
});

test('the README shows both kinds of purges', () => {
  expect(purges.map(({ command }) => /-X (\w+)/.exec(command)?.[1])).toEqual(['DELETE', 'POST']);
});

function minimal() {
  return { UPSTREAM_CREDENTIALS: '{"key":"k","secret":"s"}', CACHE_KEY_SECRET: 's' };
}
