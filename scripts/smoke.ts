import { parseArgs } from 'node:util';
import { checkDeployment, type Identifier } from './smoke-check.ts';

const USAGE = `Usage: npm run smoke -- --url https://….execute-api.….amazonaws.com/live/ --key KEY [--identifier name=value]
  Looks one customer up twice through the deployed API: a miss, then a hit. Says in words what is wrong, and ends with 1,
  when it is otherwise. The customer is made up (an external id that nobody has) unless --identifier names one.
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    key: { type: 'string' },
    identifier: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help || values.url === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  const { url, key, identifier } = values;
  const { lookups, problems } = await checkDeployment({
    url,
    key,
    identifier: identifier ? toIdentifier(identifier) : undefined,
  });
  for (const [position, lookup] of lookups.entries()) console.log(`${position + 1}. ${lookup}`);
  for (const problem of problems) console.log(`Wrong: ${problem}`);
  if (problems.length === 0)
    console.log('All is well: asked the upstream once, answered from the cache the second time.');
  else process.exitCode = 1;
}

function toIdentifier(text: string): Identifier {
  const [name = '', ...value] = text.split('=');
  return { name, value: value.join('=') };
}
