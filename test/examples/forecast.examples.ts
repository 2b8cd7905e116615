import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { forecast } from '../../cli/commands/forecast.ts';
import { runCommandLine } from '../cli/run-command-line.ts';

// It takes seconds of CPU, so `npm test` leaves it out.
test('docs/cli.md shows what the forecast says for its example', async () => {
  const example = ['--stores', '5000', '--customers', '5000000', '--limit', '12000'];
  const page = readFileSync('docs/cli.md', 'utf8');
  // The page's command draws plots too, which takes longer.
  expect(page).toContain(`npx lookaside forecast ${example.join(' ')} --plots docs/forecast\n`);
  const { stdout } = await runCommandLine(['forecast', ...example], [forecast]);
  expect(page).toContain(`\n\`\`\`\n${stdout}\`\`\`\n`);
});
