import { createLookaside } from 'lookaside-client';

await createLookaside({ endpoint: 'http://127.0.0.1:3000' }).lookup({
  api: 'v1.1',
  mobile: '1234512345',
  email: 'bubalus@example.com',
});
