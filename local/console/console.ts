import type { IncomingMessage } from 'node:http';
import type { WireReply } from '../gateway/wire.ts';
import { readApiDocument } from './api-document.ts';
import { type ConsoleApiOptions, createConsoleApi } from './console-api.ts';
import { isFromHere } from './loopback-only.ts';
import { type ConsoleReply, json, pageHeaders, pagePolicy, yaml } from './reply.ts';
import { readStaticFile } from './static-files.ts';

/** The path of all console files, except its page. */
const CONSOLE_PATH = '/__console';

/** The path of the API reference. */
const REFERENCE_PATH = '/docs';

/**
 * The pages for people at `/` and `/docs`, their files, and the answers to their requests. They exist on one machine
 * only; a deployment does not have them.
 */
export interface Console {
  /** The reply; undefined if the request is not for the console. */
  answer(request: IncomingMessage): Promise<WireReply | undefined>;
}

/** Makes the console of a service. */
export function createConsole(options: ConsoleApiOptions): Console {
  const api = createConsoleApi(options);

  const reply = async (request: IncomingMessage, path: string): Promise<ConsoleReply | undefined> => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const page = PAGES[path];
    if (page !== undefined) return isRead && wantsPage(request) ? readPage(page) : undefined;
    if (path === `${REFERENCE_PATH}/openapi.yaml`) return isRead ? yaml(await readApiDocument()) : undefined;
    if (!path.startsWith(`${CONSOLE_PATH}/`)) return undefined;
    if (!isFromHere(request)) return json(403, { error: 'The console answers this machine and its own page only.' });
    const name = path.slice(CONSOLE_PATH.length + 1);
    return name.startsWith('api/')
      ? api(request, name.slice('api/'.length))
      : isRead
        ? readStaticFile(name)
        : undefined;
  };

  return {
    answer: async (request) => {
      const [path = ''] = (request.url ?? '').split(/[?#]/, 1);
      const answered = await reply(request, path);
      return answered && { ...answered, headers: { ...pageHeaders, ...answered.headers } };
    },
  };
}

/** The pages, by their paths. */
const PAGES: Readonly<Record<string, string>> = { '/': 'index.html', [REFERENCE_PATH]: 'reference/reference.html' };

/** A page. It may run only its own files and its own import map. */
async function readPage(name: string): Promise<ConsoleReply | undefined> {
  const page = await readStaticFile(name);
  const [, importMap = ''] = /<script type="importmap">([\s\S]*?)<\/script>/.exec(String(page?.body)) ?? [];
  return page && { ...page, headers: { ...page.headers, ...pagePolicy(importMap) } };
}

/** A browser gets a page. Any other client gets the service's own answer: there is nothing at this path. */
function wantsPage({ headers }: IncomingMessage): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '');
}
