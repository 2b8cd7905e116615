/**
 * Mutation testing of functions/lookup and functions/customer: `npm run test:mutation`, or `npm run test:mutation -- lookup`
 * for the parts whose name begins so. Part by part, each against the tests that are there for it: jest loads every test
 * file for every mutant. Ends with 1 when the score is below 90 %.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const THRESHOLD = 90;
const REPORTS = '.cache/mutation';

/** What is mutated, and the tests that are to notice: a pattern of paths below test/functions. */
const PARTS: Readonly<Record<string, { readonly files: readonly string[]; readonly tests: string }>> = {
  'lookup-store': {
    files: ['lookup/store-access.ts'],
    tests: '{lookup/{protocol,single-flight,subjects,lookup},invalidate/{handler,purges,webhook}}',
  },
  'lookup-invalidation': {
    files: ['lookup/invalidation.ts', 'lookup/store-work.ts'],
    tests: 'lookup/{invalidation,store-work}',
  },
  'lookup-protocol': {
    files: ['lookup/lookup.ts'],
    tests: 'lookup/{protocol,stale,single-flight,subjects,lookup}',
  },
  'lookup-freshness': { files: ['lookup/freshness.ts'], tests: 'lookup/freshness' },
  'lookup-directives': { files: ['lookup/directives.ts'], tests: 'lookup/{directives,lookup}' },
  'lookup-join': {
    files: ['lookup/customer-lookup.ts', 'lookup/join.ts'],
    tests: 'lookup/{customer-lookup,join}',
  },
  'lookup-words': { files: ['lookup/error-code.ts', 'lookup/report.ts'], tests: 'lookup/words' },
  'customer-request': {
    files: [
      ...['customer/customer-details-request.ts', 'customer/customer-details-subject.ts', 'customer/embed.ts'],
      'customer/respelling.ts',
    ],
    tests: 'customer/{customer-details-request,respelling,subject,joined-embed}',
  },
  'customer-parameters': {
    files: [
      ...['customer/request-parameters.ts', 'customer/extra-parameters.ts', 'customer/parameter-name.ts'],
      'customer/edit-distance.ts',
    ],
    tests: 'customer/{customer-details-request,customer-get-request,extra-parameters,parameter-name,edit-distance}',
  },
  'customer-get': {
    files: ['customer/customer-get-request.ts'],
    tests: 'customer/{customer-get-request,customer-get-shape,joined-embed}',
  },
  'customer-identifier': {
    files: [
      ...['customer/identifier.ts', 'customer/mobile.ts', 'customer/phone-number.ts', 'customer/customer-id.ts'],
      ...['customer/plain-text.ts', 'customer/letter-case.ts', 'customer/identifier-name.ts'],
    ],
    tests: 'customer/{identifier,mobile,customer-id,plain-text,letter-case,listed-identifier}',
  },
  'customer-identity': {
    files: ['customer/identity.ts', 'customer/listed-identifier.ts'],
    tests: '{lookup/subjects,customer/{customer-get-shape,listed-identifier}}',
  },
  'customer-key': {
    files: ['customer/cache-key.ts', 'customer/canonical-request.ts'],
    tests: '{customer/{cache-key,customer-get-request},lookup/lookup}',
  },
  'customer-profile': {
    files: ['customer/projection.ts', 'customer/json.ts'],
    tests: 'customer/{projection,json,customer-get-shape}',
  },
  'customer-shape': {
    files: ['customer/customer-details-shape.ts', 'customer/customer-get-shape.ts', 'customer/reply-shape.ts'],
    tests: '{customer/{projection,customer-get-shape},lookup/subjects}',
  },
  'customer-joined': {
    files: ['customer/joined-reply.ts', 'customer/joined-embed.ts'],
    tests: '{customer/{joined-reply,joined-embed},lookup/join}',
  },
};

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

const [wanted = ''] = process.argv.slice(2);
let noticed = 0;
let all = 0;
mkdirSync(REPORTS, { recursive: true });
for (const [name, { files, tests }] of Object.entries(PARTS)) {
  if (!name.startsWith(wanted)) continue;
  const report = `${REPORTS}/${name}.json`;
  rmSync(report, { force: true });
  const env = {
    ...process.env,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    MUTATION_FILES: files.map((file) => `functions/${file}`).join(' '),
    MUTATION_TESTS: tests,
    MUTATION_REPORT: report,
  };
  const stryker = 'node_modules/@stryker-mutator/core/bin/stryker.js';
  const child = spawn(process.execPath, [stryker, 'run', 'test/mutation/stryker.config.js'], { env, stdio: 'inherit' });
  await once(child, 'exit');
  for (const { mutants } of Object.values((JSON.parse(readFileSync(report, 'utf8')) as Report).files)) {
    for (const { status } of mutants) {
      if (status === 'Killed' || status === 'Timeout') noticed += 1;
      if (status !== 'Ignored' && status !== 'CompileError' && status !== 'RuntimeError') all += 1;
    }
  }
}
const score = (100 * noticed) / Math.max(all, 1);
process.stdout.write(`\n${noticed} of ${all} mutants were noticed: ${score.toFixed(2)} % (at least ${THRESHOLD} %)\n`);
process.exitCode = score < THRESHOLD ? 1 : 0;
