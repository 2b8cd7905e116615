import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { rawNumber } from '../../functions/customer/json/json-value.ts';

const FILE = path.resolve(import.meta.dirname, '../../openapi.yaml');
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** openapi.yaml, unchanged. */
export function readApiDocument(): Promise<string> {
  return readFile(FILE, 'utf8');
}

/** openapi.yaml as JSON. Its numbers keep their digits: an example shows `95827.0`, and ids of 64 bits. */
export async function readApiDocumentAsJson(): Promise<string> {
  // Loaded when a person opens the reference: the start does not wait for it.
  const { parseDocument, visit } = await import('yaml');
  const document = parseDocument(await readApiDocument());
  visit(document, {
    Scalar: (place, scalar) => {
      const { value, source } = scalar;
      if (place === 'key' || typeof value !== 'number' || source === undefined || !JSON_NUMBER.test(source)) return;
      scalar.value = rawNumber(source);
    },
  });
  return JSON.stringify(document.toJS({ maxAliasCount: -1 }));
}
