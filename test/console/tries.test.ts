import { describe, expect, test } from '@jest/globals';
import { triesIn } from '../../console/lookup/tries.js';
import { COUNTRY_CODES } from '../../functions/customer/identifier/countries.ts';
import { readMobile } from '../../functions/customer/identifier/mobile.ts';
import { phoneMetadata as near } from '../../functions/customer/identifier/phone-metadata-world.ts';

const phoneMetadata = { near, world: async () => near };

describe('the numbers that the till offers to try', () => {
  test.each(COUNTRY_CODES)(
    'are in %s a customer of the simulator, twice, another number, and none',
    async (country) => {
      const { example, numbers } = triesIn(country);
      const read = (text: string) => readMobile(text, { defaultCountry: country, phoneMetadata, mayLackPlus: false });
      const known = country === 'IN' ? '911234512345' : '919000000002';
      expect(await Promise.all(numbers.map(([, number]) => read(number)))).toEqual([
        { number: known },
        { number: known },
        { number: '919123456789' },
        { problem: 'no-number' },
      ]);
      expect(await read(example)).toEqual({ number: known });
    },
  );

  test('are those of India as long as the page does not know the country', () => {
    expect(triesIn(undefined)).toBe(triesIn('IN'));
  });
});
