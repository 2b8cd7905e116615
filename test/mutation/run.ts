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
      ...['customer/v2/v2-request.ts', 'customer/v2/v2-subject.ts', 'customer/v2/embed.ts'],
      'customer/request/respelling.ts',
    ],
    tests: 'customer/**/{v2-request,respelling,v2-subject,joined-embed}',
  },
  'customer-parameters': {
    files: [
      ...[
        'customer/request/request-parameters.ts',
        'customer/request/extra-parameters.ts',
        'customer/request/parameter-name.ts',
      ],
      'customer/request/edit-distance.ts',
    ],
    tests: 'customer/**/{v2-request,v1-request,extra-parameters,parameter-name,edit-distance}',
  },
  'customer-get': {
    files: ['customer/v1/v1-request.ts'],
    tests: 'customer/**/{v1-request,v1-shape,joined-embed}',
  },
  'customer-identifier': {
    files: [
      ...[
        'customer/identifier/identifier.ts',
        'customer/identifier/mobile.ts',
        'customer/identifier/phone-number.ts',
        'customer/identifier/customer-id.ts',
      ],
      ...[
        'customer/identifier/plain-text.ts',
        'customer/identifier/letter-case.ts',
        'customer/identifier/identifier-name.ts',
      ],
    ],
    tests: 'customer/**/{identifier,mobile,customer-id,plain-text,letter-case,listed-identifier}',
  },
  'customer-identity': {
    files: ['customer/reply/identity.ts', 'customer/identifier/listed-identifier.ts'],
    tests: '{lookup/subjects,customer/**/{v1-shape,listed-identifier}}',
  },
  'customer-key': {
    files: ['customer/request/cache-key.ts', 'customer/request/canonical-request.ts'],
    tests: '{customer/**/{cache-key,v1-request},lookup/lookup}',
  },
  'customer-profile': {
    files: ['customer/reply/projection.ts', 'customer/json/json.ts'],
    tests: 'customer/**/{projection,json,v1-shape}',
  },
  'customer-shape': {
    files: ['customer/v2/v2-shape.ts', 'customer/v1/v1-shape.ts', 'customer/reply/reply-shape.ts'],
    tests: '{customer/**/{projection,v1-shape},lookup/subjects}',
  },
  'customer-joined': {
    files: ['customer/joined/joined-reply.ts', 'customer/joined/joined-embed.ts'],
    tests: '{customer/**/{joined-reply,joined-embed},lookup/join}',
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
