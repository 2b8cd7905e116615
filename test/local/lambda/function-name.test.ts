import { expect, test } from '@jest/globals';
import { functionNameOf } from '../../../local/lambda/function-name.ts';

test.each([
  'lookaside-http',
  'lookaside-http:live',
  'lookaside-http:$LATEST',
  'arn:aws:lambda:eu-central-1:123456789012:function:lookaside-http',
  'arn:aws-cn:lambda:cn-north-1:123456789012:function:lookaside-http:7',
  '123456789012:function:lookaside-http',
  '123456789012:function:lookaside-http:live',
])('%s names lookaside-http', (text) => {
  expect(functionNameOf(text)).toBe('lookaside-http');
});

test.each(['', ':live', 'lookaside-http:', 'a:b:c', 'lookaside http', 'arn:aws:s3:::bucket', 'x'.repeat(65)])(
  '%j names no function',
  (text) => {
    expect(functionNameOf(text)).toBeUndefined();
  },
);
