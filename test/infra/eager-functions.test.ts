import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { chunkFunctions } from '../../infra/chunk-functions.ts';
import { eagerFunctions } from '../../infra/eager-functions.ts';
import { gatherStart } from '../../infra/gathered-start.ts';
import { toMappedText } from '../../infra/mapped-text.ts';

/** An entry, its start, and code that is loaded later. */
const SOURCES = {
  'index.js': `import { all, later } from './start.js';
    export const handler = async () => [...(await all()), await later()];`,
  'start.js': `import { helper } from './helper.js';
    const first = early('declared below');
    function early(text) { return helper(text) + once(); }
    function once() { return once = () => 'again', 'once'; }
    async function slow() { return 'slow'; }
    function* several() { yield 'one'; yield 'two'; }
    function recursive(n) { return n === 0 ? 'zero' : recursive(n - 1); }
    function unlisted() { return new.target === undefined; }
    const named = () => 'arrow';
    const nested = (left) => (right) => left + right;
    class Tool {
      part = () => 'part';
      #kept = new Map([['a', () => 'kept']]);
      get kept() { return this.#kept.get('a')(); }
      use(list) { return list.map((each) => each * 2); }
    }
    const table = { run: async (text = 'run') => text, plain() { return 'plain'; }, old: function () { return 'old'; } };
    export async function all() {
      const tool = new Tool();
      return [first, once(), await slow(), [...several()], recursive(3), unlisted(), \`two
lines\`, named() + named.name.length, nested('l')('r'), tool.part(), tool.kept, tool.use([1, 2]), await table.run(),
        table.plain(), table.old(), [3, 1].sort((left, right) => left - right)];
    }
    export const later = async () => (await import('./later.js')).ask();`,
  'helper.js': `export function helper(text) { return text.toUpperCase(); }`,
  'later.js': `import { helper } from './helper.js';
    export function ask() { return helper('later'); }`,
};
const ANSWER = [
  'DECLARED BELOWonce',
  'again',
  'slow',
  ['one', 'two'],
  'zero',
  true,
  'two\nlines',
  expect.stringMatching(/^arrow[1-9]$/),
  'lr',
  'part',
  'kept',
  [2, 4],
  'run',
  'plain',
  'old',
  [1, 3],
  'LATER',
];

const CALLED = {
  'helper.js': ['helper'],
  'start.js': [
    'early',
    'once',
    'slow',
    'several',
    'recursive',
    'all',
    'a function that is gone',
    'once/1',
    'all/1',
    'all/99',
    '/1',
    '/2',
    '/3',
    '/4',
    '/5',
    '/7',
    '/8',
    '/9',
    '/99',
  ],
  'later.js': ['ask'],
  'gone.js': ['gone'],
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lookaside-eager-'));
  for (const [name, text] of Object.entries(SOURCES)) await writeFile(path.join(folder, name), text);
});

afterAll(() => rm(folder, { recursive: true }));

const OPTIONS = {
  outdir: 'bundle',
  bundle: true,
  splitting: true,
  format: 'esm',
  chunkNames: 'chunk-[hash]',
  outExtension: { '.js': '.mjs' },
  sourcemap: 'external',
  metafile: true,
  write: false,
} satisfies BuildOptions;

/** Bundles the sources as a function is bundled. */
async function bundled({ minify = true, plugins = [] }: { minify?: boolean; plugins?: readonly Plugin[] }) {
  const options = { ...OPTIONS, absWorkingDir: folder, entryPoints: [{ in: 'index.js', out: 'index' }] };
  const { inputs } = (await build(options)).metafile;
  return build({ ...options, minify, plugins: [gatherStart('index.js', inputs, folder), ...plugins] });
}

/** The text of the chunk with the start, and its source map. */
async function startChunk(plugins: readonly Plugin[]) {
  const { outputFiles, metafile } = await bundled({ plugins });
  const chunk = Object.keys(metafile.outputs).find((file) => metafile.outputs[file]?.inputs['start.js']) ?? '';
  const textOf = (file: string) => outputFiles.find((each) => each.path === path.join(folder, file))?.text ?? '';
  return { text: textOf(chunk), map: JSON.parse(textOf(`${chunk}.map`)), bytes: metafile.outputs[chunk]?.bytes };
}

describe.each([
  ['minified', true],
  ['as they are written', false],
])('functions that are compiled at once, %s,', (title, minify) => {
  test('do the same as declared ones', async () => {
    const { outputFiles } = await bundled({ minify, plugins: [eagerFunctions(CALLED)] });
    await mkdir(path.join(folder, title));
    for (const file of outputFiles) await writeFile(path.join(folder, title, path.basename(file.path)), file.contents);
    const { handler } = await import(pathToFileURL(path.join(folder, title, 'index.mjs')).href);
    expect(await handler()).toEqual(ANSWER);
  });
});

test('Only the listed functions of the start get parentheses, and the declared ones stand before all other code', async () => {
  const { text, bytes } = await startChunk([eagerFunctions(CALLED)]);
  expect(text).toMatch(/^var \w+=\(/);
  expect(text.match(/=\((?:async )?function\b/g)).toHaveLength(7);
  expect(text.match(/[;}]function \w+\(/g)).toHaveLength(1);
  expect(text).toMatch(/=\(\(\)=>"arrow"\)/);
  expect(text).toMatch(/=\((\w+)=>\((\w+)=>\1\+\2\)\)/);
  expect(text).toMatch(/\.map\((\w+)=>\1\*2\)/);
  expect(text).toMatch(/\.sort\(\(\((\w+),(\w+)\)=>\1-\2\)\)/);
  expect(bytes).toBe(Buffer.byteLength(text));
});

test('The source map leads to the same places as before', async () => {
  const plain = await startChunk([]);
  const eager = await startChunk([eagerFunctions(CALLED)]);
  expect(eager.text).not.toBe(plain.text);
  const originsOf = ({ text, map }: typeof plain) => {
    const { places } = toMappedText(text, map.mappings);
    return new Map(places.map(({ at, origin }) => [origin.join(), text[at]]));
  };
  expect(originsOf(eager)).toEqual(originsOf(plain));
});

test('A function has its name in the source, or the name of the declared function around it and a number', async () => {
  const { text, map } = await startChunk([]);
  const functions = chunkFunctions(toMappedText(text, map.mappings), map, 'bundle');
  expect(functions.map(({ source, name }) => `${source} ${name}`)).toEqual([
    'helper.js helper',
    ...['early', 'once', 'once/1', 'slow', 'several', 'recursive', 'unlisted'].map((name) => `start.js ${name}`),
    ...['/1', '/2', '/3', '/4', '/5', '/6', '/7', '/8', 'all', 'all/1', '/9'].map((name) => `start.js ${name}`),
  ]);
  const textOf = (name: string) =>
    functions.filter((each) => each.name === name).map(({ from, to }) => text.slice(from, to));
  expect([...textOf('/4'), ...textOf('once/1')]).toEqual(['()=>"part"', '()=>"again"']);
});

test('A source that a plugin made has the name that the plugin gave it', async () => {
  const virtual: Plugin = {
    name: 'virtual',
    setup(plugins) {
      plugins.onResolve({ filter: /helper\.js$/ }, () => ({ path: 'helper.js', namespace: 'virtual' }));
      plugins.onLoad({ filter: /.*/, namespace: 'virtual' }, () => ({ contents: SOURCES['helper.js'] }));
    },
  };
  const { text, map } = await startChunk([virtual]);
  const [first] = chunkFunctions(toMappedText(text, map.mappings), map, 'bundle');
  expect(first).toMatchObject({ source: 'virtual:helper.js', name: 'helper' });
});

test('A chunk that imports another one stays as it is: its functions may be asked for before its code runs', async () => {
  const sources = {
    'chain.js': `import { outer } from './outer.js';
      export const handler = () => [outer(), () => import('./later-outer.js'), () => import('./later-inner.js')];`,
    'outer.js': `import { inner } from './inner.js'; export function outer() { return inner(); }`,
    'inner.js': `export function inner() { return 'inner'; }`,
    'later-outer.js': `export { outer } from './outer.js';`,
    'later-inner.js': `export { inner } from './inner.js';`,
  };
  for (const [name, text] of Object.entries(sources)) await writeFile(path.join(folder, name), text);
  const called = { 'outer.js': ['outer'], 'inner.js': ['inner'] };
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    absWorkingDir: folder,
    entryPoints: [{ in: 'chain.js', out: 'index' }],
    minify: true,
    plugins: [eagerFunctions(called)],
  });
  const textWith = (source: string) => {
    const chunk = Object.keys(metafile.outputs).find((file) => metafile.outputs[file]?.inputs[source]) ?? '';
    return outputFiles.find((each) => each.path === path.join(folder, chunk))?.text;
  };
  expect(textWith('inner.js')).toMatch(/^var \w+=\(function\b/);
  expect(textWith('outer.js')).toMatch(/import\{.*\bfunction \w+\(/s);
});

test('A chunk in which nothing is listed stays as it is', async () => {
  const plain = await startChunk([]);
  expect(await startChunk([eagerFunctions({ 'later.js': ['ask'] })])).toEqual(plain);
});
