import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConsoleReply } from './reply.ts';

const PAGE_DIR = path.resolve(import.meta.dirname, '../../console');
const LIBRARY_DIR = path.dirname(fileURLToPath(import.meta.resolve('lit-html')));
/**
 * lit-html is one file of 7 KB. Preact with htm would be two packages, Vue without a build needs `eval`, and Lit's
 * components put each part into a shadow root.
 */
const LIBRARY = 'vendor/lit-html/';

/** A file's name in an address: words with dots, with slashes between them. It cannot leave its folder. */
const NAME = /^(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.(html|css|js|svg)$/;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** A file of `console/`, or of its library as npm installed it. Undefined: there is no such file. */
export async function readStaticFile(name: string): Promise<ConsoleReply | undefined> {
  const [, extension = ''] = NAME.exec(name) ?? [];
  const type = TYPES[extension];
  if (type === undefined) return undefined;
  const file = name.startsWith(LIBRARY)
    ? path.join(LIBRARY_DIR, name.slice(LIBRARY.length))
    : path.join(PAGE_DIR, name);
  try {
    return { status: 200, headers: { 'Content-Type': type }, body: await readFile(file) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
