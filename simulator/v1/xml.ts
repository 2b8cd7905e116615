import { isArray, isObject, type Json, textOf } from '../../functions/customer/json/json.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A value as an XML document: names become elements, a list repeats its element. */
export function writeXml(name: string, value: Json): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value)}`;
}

function element(name: string, value: Json): string {
  if (isArray(value)) return value.map((one) => element(name, one)).join('');
  const content = isObject(value)
    ? Object.entries(value)
        .map(([inner, one]) => element(inner, one))
        .join('')
    : (textOf(value) ?? (value === null ? '' : String(value))).replace(/[&<>]/g, (sign) => ESCAPES[sign] ?? sign);
  return `<${name}>${content}</${name}>`;
}
