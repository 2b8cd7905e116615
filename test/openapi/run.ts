import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startLocal } from '../../local/service.ts';
import { plainEnvironment } from '../deploy/process.ts';
import { installPython } from '../support/python-environment.ts';

/**
 * Compares the running service with openapi.yaml: schemathesis (PyPI) makes requests from the document, allowed ones
 * and forbidden ones, and compares each answer with it. schemathesis.toml says what it checks and what it does not.
 * Arguments behind `--` go to schemathesis: `npm run test:openapi -- --include-path /health`.
 */
const programs = await installPython('schemathesis', 'test/openapi/requirements.txt');
const service = await startLocal(
  { PORT: '0', LOG_LEVEL: 'ERROR', LOCAL_API_KEYS: 'till-key' },
  { simulator: { latencyMs: 0, jitterMs: 0 } },
);
// What Python leaves behind belongs into .cache/, or nowhere.
const environment = {
  ...plainEnvironment(),
  HYPOTHESIS_STORAGE_DIRECTORY: '.cache/hypothesis',
  PYTHONDONTWRITEBYTECODE: '1',
};
const child = spawn(
  path.join(programs, 'schemathesis'),
  [
    '--config-file',
    'test/openapi/schemathesis.toml',
    'run',
    'openapi.yaml',
    '--url',
    service.url,
    ...process.argv.slice(2),
  ],
  { env: environment, stdio: 'inherit' },
);
const [exitCode] = await once(child, 'close');
await service.close();
process.exitCode = exitCode ?? 1;
