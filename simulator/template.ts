import { readFileSync } from 'node:fs';
import { type JsonObject, parseObject } from '../functions/customer/json/json.ts';

/**
 * Reads a JSON document with gaps, each written `{{name}}`. The file is called .txt: the formatter would shorten the digits
 * of a .json file's numbers.
 *
 * @returns fills the gaps in and gives the document. Its numbers keep their digits. Throws a RangeError if a gap has no
 *   value
 */
export function readTemplate(file: URL): (values: Readonly<Record<string, string>>) => JsonObject {
  const template = readFileSync(file, 'utf8');
  return (values) =>
    parseObject(
      template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
        const value = values[name];
        if (value === undefined) throw new RangeError(`${file.pathname} has the gap "${name}", which got no value.`);
        return value;
      }),
    );
}
