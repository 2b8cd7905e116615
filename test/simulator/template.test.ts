import { expect, test } from '@jest/globals';
import { parseJson, rawNumber, writeJson } from '../../functions/customer/json/json.ts';
import { fill, type Values } from '../../simulator/template.ts';

const VALUES: Values = {
  id: rawNumber('9007199254740993'),
  name: 'Asha',
  nothing: undefined,
  twice: (value) => `${value}${value}`,
  cards: [{ number: 'C1' }, { number: 'C2', name: 'own' }],
};

test.each([
  ['a text without gaps stays', '"a"', '"a"'],
  ['a number keeps its digits', '1.50', '1.50'],
  ['a text that is only a gap becomes the value', '"{{id}}"', '9007199254740993'],
  ['a gap within a text becomes a part of it', '"n-{{id}} {{name}}"', '"n-9007199254740993 Asha"'],
  ['a gap within a text is empty without a value', '"a{{nothing}}b"', '"ab"'],
  ['a member without a value is left out', '{"a":"{{nothing}}","b":"{{unknown}}","c":null}', '{"c":null}'],
  ['an element without a value is left out', '["{{nothing}}",1]', '[1]'],
  ['a function takes a value', '"{{twice name}}"', '"AshaAsha"'],
  ['a function takes digits', '"{{twice 1.5}}"', '"1.51.5"'],
  ['a list has an element for each object', '{"$each":"cards","of":"{{number}}/{{name}}"}', '["C1/Asha","C2/own"]'],
  ['a list of nothing is empty', '{"$each":"unknown","of":1}', '[]'],
])('%s', (_title, template, expected) => {
  expect(writeJson(fill(parseJson(template), VALUES) ?? null)).toBe(expected);
});
