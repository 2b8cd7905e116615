import { expect, test } from '@jest/globals';
import { addressOfSecret } from '../../scripts/secret-address.ts';

const ARN = 'arn:aws:secretsmanager:ap-south-1:123456789012:secret:UpstreamCredentials-a1B2c3';

test.each([
  ['an ARN, and its region is set', ARN, 'ap-south-1', 'ap-south-1'],
  ['an ARN, and no region is set', ARN, undefined, 'ap-south-1'],
  [
    'an ARN of another partition',
    ARN.replace('arn:aws:', 'arn:aws-cn:').replace('ap-south-1', 'cn-north-1'),
    undefined,
    'cn-north-1',
  ],
  ['a name, and a region is set', 'lookaside/upstream', 'eu-west-1', 'eu-west-1'],
])('%s: the region is known', (_case, secretId, setRegion, region) => {
  expect(addressOfSecret(secretId, setRegion)).toEqual({ kind: 'known', region });
});

test.each<[string, string, string | undefined, RegExp]>([
  [
    'an ARN of another region than is set',
    ARN,
    'eu-west-1',
    /region ap-south-1, .* set is eu-west-1.*AWS_REGION=ap-south-1/,
  ],
  ['the text for a missing output', 'None', 'eu-west-1', /no output UpstreamSecretArn/],
  ['nothing', '', 'eu-west-1', /no output UpstreamSecretArn/],
  [
    'an ARN of something else',
    'arn:aws:dynamodb:ap-south-1:123456789012:table/lookaside',
    'ap-south-1',
    /allowed is that of a secret/,
  ],
  ['an ARN that is cut short', 'arn:aws:secretsmanager:ap-south-1:1234', 'ap-south-1', /allowed is that of a secret/],
])('%s is refused, and the message says why', (_case, secretId, setRegion, words) => {
  expect(addressOfSecret(secretId, setRegion)).toEqual({ kind: 'refused', reason: expect.stringMatching(words) });
});

test('a name is nowhere while no region is set, and the message says what to set', () => {
  expect(addressOfSecret('lookaside/upstream', undefined)).toEqual({
    kind: 'no-region',
    reason: expect.stringMatching(/No region is set\. Set AWS_REGION/),
  });
});
