import { createLookaside } from 'lookaside-client';

await createLookaside({ endpoint: 'http://127.0.0.1:3000' }).lookup({
  source: 'INSTORE',
  identifierName: 'mobile',
  identifierValue: '1234512345',
  includedFraudDetail: true,
});
