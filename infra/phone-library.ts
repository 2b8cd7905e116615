import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import type { MetadataJson } from 'libphonenumber-js/core';

/**
 * Replacements for parts of libphonenumber-js, by the names of their files. The service reads numbers and never formats
 * them, and it gives the library ASCII digits only, perhaps with a `+` before them (`readPhoneNumber`). So the
 * library's general patterns, for every script, punctuation and extension, are not needed, and a cold start does not
 * compile them. The library's error is a class for engines without classes. The library also compiles each pattern of
 * the metadata again for each number; the replacement keeps these patterns, which are few.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  'format.js': 'export default () => { throw new Error("Phone numbers are read here, and never formatted."); };',
  'ParseError.js': 'export default class ParseError extends Error {}',
  'matchesEntirely.js': `const known = new Map();
    export default (text, pattern) => {
      let whole = known.get(pattern);
      if (whole === undefined) known.set(pattern, (whole = new RegExp('^(?:' + pattern + ')$')));
      return whole.test(text || '');
    };`,
  // A text of another form is not a number, because the other replacements could misread it.
  'isViablePhoneNumber.js': `export default (text) => /^(?:[0-9]{2}|[+]?[0-9]{3,})$/.test(text);
    export const isViablePhoneNumberStart = () => false;`,
  'extractExtension.js': 'export default () => ({});',
  'extractFormattedPhoneNumberFromPossibleRfc3966NumberUri.js':
    'export default (text, { extractFormattedPhoneNumber }) => extractFormattedPhoneNumber(text) || undefined;',
  'parseIncompletePhoneNumber.js': 'export default (text) => text;',
};

/**
 * Makes the phone library as small as possible for reading numbers, because a hit loads it. The metadata of a hit
 * describes the countries that share one calling code. The metadata of the world is loaded for other numbers.
 *
 * @param defaultCountry ISO 3166-1 alpha-2
 */
export function leanPhoneLibrary(defaultCountry: string): Plugin {
  return {
    name: 'lean-phone-library',
    setup(build) {
      build.onResolve({ filter: /^libphonenumber-js\/mobile\/metadata$/ }, ({ path: name, importer }) => ({
        path: name,
        namespace: path.basename(importer) === 'phone-metadata.ts' ? 'near' : 'world',
      }));
      build.onLoad({ filter: /./, namespace: 'near' }, async ({ path: name }) =>
        asJson(cutToCallingCode(await readMetadata(name), defaultCountry)),
      );
      build.onLoad({ filter: /./, namespace: 'world' }, async ({ path: name }) => asJson(await readMetadata(name)));
      // This is the same code without Babel's replacements of classes and destructuring, which Node.js does not need.
      build.onResolve({ filter: /^\.\.\/es6\/[\w/]+\.js$/ }, ({ path: name, resolveDir }) =>
        isLibrary(resolveDir)
          ? { path: path.resolve(resolveDir, name.replace('/es6/', '/es6-modern/')), sideEffects: false }
          : undefined,
      );
      build.onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path: name, resolveDir }) =>
        isLibrary(resolveDir) && isReplaced(name)
          ? { path: path.basename(name), namespace: 'stand-in', sideEffects: false }
          : undefined,
      );
      build.onLoad({ filter: /./, namespace: 'stand-in' }, ({ path: name }) => ({ contents: STAND_INS[name] ?? '' }));
    },
  };
}

/**
 * Whether an import has a replacement. The code that finds numbers in texts imports `../format.js`, and the bundler
 * leaves that code out later.
 */
function isReplaced(name: string): boolean {
  return Object.hasOwn(STAND_INS, path.basename(name)) && name !== '../format.js';
}

function isLibrary(folder: string): boolean {
  return /[\\/]libphonenumber-js(?:[\\/]|$)/.test(folder);
}

async function readMetadata(name: string): Promise<MetadataJson> {
  const file = createRequire(import.meta.url).resolve(name);
  return withoutFormats(JSON.parse(await readFile(file, 'utf8')) as MetadataJson);
}

function asJson(value: unknown): { readonly contents: string; readonly loader: 'json' } {
  return { contents: JSON.stringify(value), loader: 'json' };
}

/** The place of a country's formats in its numbering plan (libphonenumber-js, metadata version 4). */
const FORMATS_POSITION = 4;

/**
 * Phone metadata without the half that only formatting needs. The service reads numbers and never formats them.
 *
 * @throws {Error} if the metadata has a form that this function does not know
 */
export function withoutFormats(metadata: MetadataJson): MetadataJson {
  if (metadata.version !== 4)
    throw new Error(`The phone metadata has version ${metadata.version}; this knows version 4.`);
  return { ...metadata, countries: mapPlans(metadata.countries), nonGeographic: mapPlans(metadata.nonGeographic) };
}

function mapPlans<Plans extends object>(plans: Plans): Plans {
  const entries = Object.entries(plans as Readonly<Record<string, readonly unknown[]>>);
  return Object.fromEntries(entries.map(([name, plan]) => [name, plan.with(FORMATS_POSITION, 0)])) as Plans;
}

/** Phone metadata cut to the countries that share the calling code of one country (ISO 3166-1 alpha-2). */
export function cutToCallingCode(world: MetadataJson, country: string): MetadataJson {
  const codes = Object.entries(world.country_calling_codes).filter(([, countries]) =>
    (countries as readonly string[]).includes(country),
  );
  const near = new Set<string>(codes.flatMap(([, countries]) => countries));
  return {
    ...world,
    country_calling_codes: Object.fromEntries(codes),
    countries: Object.fromEntries(Object.entries(world.countries).filter(([name]) => near.has(name))),
    nonGeographic: {},
  } as MetadataJson;
}
