import { describe, expect, test } from '@jest/globals';
import type { IdentifierName } from '../../../../functions/customer/identifier/identifier-name.ts';
import { parseObject, writeJson } from '../../../../functions/customer/json/json.ts';
import { isAboutSubject } from '../../../../functions/customer/reply/identity.ts';
import { compileProjection } from '../../../../functions/customer/reply/projection.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { customerOf, errorOf, listIdentifiers, narrow } from '../../../../functions/customer/v2/v2-shape.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const REPLY = parseObject(
  '{"id":566881933,"profiles":[{"firstName":"Neha","identifiers":[{"type":"mobile","value":"919876543210"},' +
    '{"type":"externalId","value":7.0}]},{"identifiers":[{"type":"MOBILE","value":"447911123456"},{"type":"email"},"x"]},' +
    '{"identifiers":"none"},null],"cardDetails":[{"cardNumber":"1234 5678","cardExternalId":"X1"},{"cardNumber":99},"x"]}',
);

describe('the customer of a v2 reply', () => {
  test.each<[IdentifierName, string]>([
    ['id', '[566881933]'],
    ['mobile', '["919876543210","447911123456"]'],
    ['externalId', '[7.0]'],
    ['email', '[null]'],
    ['cardnumber', '["1234 5678",99]'],
    ['cardExternalId', '["X1",null]'],
    ['wechat', '[]'],
  ])('has the listed identifiers of the type %s: %s', (name, listed) => {
    expect(JSON.stringify(listIdentifiers(REPLY, name))).toBe(listed);
  });

  const CARDS = '"cardDetails":[{"cardNumber":"1","cardExternalId":"X1"}]';
  const listing = (type: string, value = '"2"') => `"profiles":[{"identifiers":[{"type":"${type}","value":${value}}]}]`;

  test.each<[IdentifierName, string, string]>([
    ['cardnumber', `${listing('cardnumber')}`, '["2"]'],
    ['cardnumber', `${listing('cardNumber')},${CARDS}`, '["1","2"]'],
    ['cardnumber', `${listing('card_number')},"cardDetails":[]`, '["2"]'],
    ['cardExternalId', `${listing('cardExternalId')}`, '["2"]'],
    ['cardExternalId', `${listing('card_external_id')},${CARDS}`, '["X1","2"]'],
    ['externalId', `${listing('external_id')}`, '["2"]'],
    ['externalId', `${listing('externalID')},${CARDS}`, '["2"]'],
    ['mobile', `${listing(' Mobile ')},${CARDS}`, '["2"]'],
    ['mobile', `${listing('mobileNumber')}`, '[]'],
    ['id', `"id":7,${listing('id')}`, '[7]'],
    ['mobile', `"profiles":{"identifiers":[{"type":"mobile","value":"2"}]}`, '["2"]'],
    ['mobile', `"profiles":[{"identifiers":{"type":"mobile","value":"2"}},{"identifiers":{"type":"email"}}]`, '["2"]'],
    ['cardnumber', `"cardDetails":{"cardNumber":"1"},"profiles":{"identifiers":{}}`, '["1"]'],
  ])('has the identifiers of the type %s in {%s}: %s', (name, members, listed) => {
    expect(JSON.stringify(listIdentifiers(parseObject(`{${members}}`), name))).toBe(listed);
  });

  const isAbout = async (query: string, members: string) => {
    const { request } = await readV2Request(new URLSearchParams(`source=INSTORE&${query}`), DEFAULT_READING);
    if (request.subject === undefined) throw new Error('There is no subject.');
    return isAboutSubject('v2', parseObject(`{${members}}`), request.subject, DEFAULT_READING);
  };

  test.each([
    ['cardnumber', '2', listing('cardnumber'), true],
    ['cardnumber', '1', listing('cardnumber'), false],
    ['cardnumber', '1', `${listing('cardnumber')},${CARDS}`, true],
    ['cardnumber', '2', `${listing('cardnumber')},${CARDS}`, true],
    ['cardnumber', '3', `${listing('cardnumber')},${CARDS}`, false],
    ['cardnumber', '3', listing('mobile'), true],
    ['cardExternalId', 'X1', CARDS, true],
    ['cardExternalId', '2', listing('cardExternalId'), true],
    ['cardExternalId', 'X2', listing('cardExternalId'), false],
    ['externalId', 'E', listing('external_id'), false],
    ['externalId', '2', listing('external_id'), true],
    ['externalId', '7', listing('externalId', '7.0'), true],
    ['externalId', '70', listing('externalId', '7.0'), false],
    ['externalId', '7', listing('externalId', '"7.0"'), false],
    ['externalId', '3', `"profiles":{"identifiers":{"type":"externalId","value":"2"}}`, false],
    ['externalId', '2', `"profiles":{"identifiers":{"type":"externalId","value":"2"}}`, true],
    ['cardnumber', '3', '"cardDetails":{"cardNumber":"1"}', false],
    ['wechat', '12345678901234567890', listing('wechat', '1.234567890123456789E19'), true],
  ])('is the one with %s %s, by {%s}: %j', async (name, value, members, expected) => {
    expect(await isAbout(`identifierName=${name}&identifierValue=${value}`, members)).toBe(expected);
  });

  test('is the whole reply', () => {
    expect(customerOf(REPLY)).toBe(REPLY);
  });
});

describe('the content of a v2 error reply', () => {
  test.each([
    ['{"errors":[{"code":8015,"message":"Customer not found"},{"code":1}]}', '8015', '"Customer not found"'],
    ['{"errors":[{"code":8015.0}]}', '8015.0', 'null'],
    ['{"errors":[{"message":"alone"}]}', 'null', '"alone"'],
    ['{"errors":["a text",{"code":1}]}', 'null', '"a text"'],
    ['{"errors":[8015.0,{"code":1}]}', '8015.0', 'null'],
    ['{"errors":[null,{"code":1}]}', 'null', 'null'],
    ['{"errors":[]}', 'null', 'null'],
    ['{"errors":{"code":8015}}', 'null', 'null'],
    ['{"code":500,"message":"elsewhere"}', 'null', 'null'],
  ])('%s', (reply, code, message) => {
    expect(writeJson({ ...errorOf(parseObject(reply)) })).toBe(`{"code":${code},"message":${message}}`);
  });
});

describe('the fields of a v2 reply', () => {
  test.each([
    ['id,profiles/firstName', '{"id":566881933}'],
    ['cardDetails', '{"cardDetails":[{"cardNumber":"1234 5678"},{"cardNumber":99}]}'],
    ['*', '{"id":566881933,"cardDetails":[{"cardNumber":"1234 5678"},{"cardNumber":99}]}'],
    ['profiles', '{}'],
  ])('that a caller names as %s show no more than its class may see', (fields, seen) => {
    const within = compileProjection('id,cardDetails/cardNumber');
    expect(writeJson(narrow(REPLY, { ...compileProjection(fields), within }))).toBe(seen);
  });

  test.each(['missing_sections', 'missing_profile'])('leave the warning %s in the reply', (code) => {
    const warning = `{"code":"${code}"}`;
    const reply = parseObject(`{"id":1,"warnings":[{"code":8069},${warning},{"code":""}]}`);
    expect(writeJson(narrow(reply, compileProjection('id')))).toBe(`{"id":1,"warnings":[${warning}]}`);
    const within = compileProjection('id');
    expect(writeJson(narrow(reply, { ...compileProjection('segments'), within }))).toBe(`{"warnings":[${warning}]}`);
  });
});
