import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { toConnection } from '../../../../functions/adapters/aws/connection.ts';
import { createDirectSecret } from '../../../../functions/adapters/secrets-manager/direct-secret.ts';
import {
  isAnsweredFailure as isAnswered,
  type ReadSecret,
  readCredentials,
} from '../../../../functions/adapters/secrets-manager/read-credentials.ts';
import { createSdkSecret } from '../../../../functions/adapters/secrets-manager/sdk-secret.ts';
import { readAwsEnvironment } from '../../../../functions/settings/aws-environment.ts';
import { timed } from '../../../support/free-time.ts';
import { closedAddress, type HttpServer, type Respond, startHttpServer } from '../../../support/loopback-server.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:lookaside/upstream-AbCdEf';
const environment = { ...process.env };

beforeEach(() => {
  Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
});

afterEach(() => {
  process.env = { ...environment };
});

/** The ways to ask Secrets Manager, by what the environment says of it. */
const WAYS: readonly (readonly [title: string, create: () => ReadSecret])[] = [
  ['by the AWS SDK', () => createSdkSecret(ARN)],
  [
    'without the AWS SDK',
    () => {
      const aws = readAwsEnvironment(process.env);
      const connection = toConnection({ ...aws, service: 'secretsmanager', url: aws.secretsManagerUrl });
      if (connection === undefined) throw new Error('The environment does not say where Secrets Manager is.');
      return createDirectSecret(connection);
    },
  ],
];

/** A Secrets Manager whose answers are scripted. */
async function startSecretsManager(respond: Respond): Promise<HttpServer> {
  const server = await startHttpServer(respond);
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = server.url;
  return server;
}

function holding(secret: object): Respond {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(secret));
  };
}

function failing(status: number, type: string): Respond {
  return (response) => {
    const body = JSON.stringify({ __type: type, Message: 'of no use' });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  };
}

describe.each(WAYS)('%s', (_way, create) => {
  let readSecret: ReadSecret | undefined;
  beforeEach(() => {
    readSecret = undefined;
  });

  /** Reads, by one client for each test: it keeps its connections. */
  const read = (arn: string) => {
    readSecret ??= create();
    return readCredentials(arn, readSecret);
  };

  describe("the upstream's secret", () => {
    test.each([
      ['Basic', { username: 'store.server', password: 'p"ä' }, 'basic'],
      ['OAuth', { key: 'k', secret: 's' }, 'oauth'],
    ])('holds credentials for %s', async (_title, document, kind) => {
      const server = await startSecretsManager(holding({ SecretString: JSON.stringify(document) }));
      expect(await read(ARN)).toEqual({ kind, ...document });
      expect(server.requests.map(({ headers, body }) => [headers['x-amz-target'], JSON.parse(body)])).toEqual([
        ['secretsmanager.GetSecretValue', { SecretId: ARN }],
      ]);
    });

    test.each([
      ['is empty', failing(400, 'ResourceNotFoundException'), true],
      ['may not be read', failing(400, 'AccessDeniedException'), true],
      ['cannot be decrypted', failing(400, 'DecryptionFailure'), true],
      ['holds something else', holding({ SecretString: 'hunter2' }), true],
      ['holds bytes', holding({ SecretBinary: 'aHVudGVyMg==' }), true],
      ['is asked for too often', failing(400, 'ThrottlingException'), false],
      ['is kept by a service that fails', failing(500, 'InternalServiceError'), false],
      ['is kept by a service that is down', failing(503, 'ServiceUnavailable'), false],
    ])('%s: whether that is an answer about it', async (_title, respond, expected) => {
      await startSecretsManager(respond);
      const failure = await read(ARN).catch((error: unknown) => error);
      expect(isAnswered(failure)).toBe(expected);
    });

    test('is read again each time: it may have been changed', async () => {
      const server = await startSecretsManager((response, request, index) =>
        holding({ SecretString: JSON.stringify({ key: `k-${index}`, secret: 's' }) })(response, request, index),
      );
      await read(ARN);
      expect(await read(ARN)).toMatchObject({ key: 'k-1' });
      expect([server.requests.length, server.connectionCount]).toEqual([2, 1]);
    });

    test.each([
      ['no JSON', 'hunter2-hunter2'],
      ['broken JSON', '{"username":"till","password":"hunter2'],
      ['a text', '"hunter2"'],
      ['another shape', '{"user":"till","pass":"hunter2"}'],
      ['both shapes', '{"username":"till","password":"hunter2","key":"k","secret":"hunter2"}'],
      ['an empty part', '{"username":"","password":"hunter2"}'],
      ['a part that is not a text', '{"username":"till","password":["hunter2"]}'],
      ['nothing', ''],
    ])('that holds %s is a failure, whose error does not hold it', async (_title, SecretString) => {
      await startSecretsManager(holding({ SecretString }));
      const error = await read(ARN).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'AuthorizationError', failure: 'credentials-unreadable' });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('hunter2');
    });

    test('that is binary is a failure', async () => {
      const SecretBinary = Buffer.from('{"key":"k","secret":"s"}').toString('base64');
      await startSecretsManager(holding({ SecretBinary }));
      await expect(read(ARN)).rejects.toMatchObject({ failure: 'credentials-unreadable' });
    });

    test.each([
      ['is not there', failing(400, 'ResourceNotFoundException'), 1],
      ['may not be read', failing(400, 'AccessDeniedException'), 1],
      ['cannot be decrypted', failing(400, 'DecryptionFailure'), 1],
      ['is kept by a failing service', failing(500, 'InternalServiceError'), 2],
    ])('that %s is a failure', async (_title, respond, attempts) => {
      const server = await startSecretsManager(respond);
      await expect(read(ARN)).rejects.toMatchObject({ name: 'AuthorizationError', failure: 'credentials-unreadable' });
      expect(server.requests).toHaveLength(attempts);
    });

    test('that comes at the second attempt is read', async () => {
      await startSecretsManager((response, request, index) =>
        (index === 0 ? failing(500, 'InternalServiceError') : holding({ SecretString: '{"key":"k","secret":"s"}' }))(
          response,
          request,
          index,
        ),
      );
      expect(await read(ARN)).toMatchObject({ kind: 'oauth' });
    });

    test('is a failure if no server is there', async () => {
      process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = await closedAddress();
      await expect(read(ARN)).rejects.toMatchObject({ failure: 'credentials-unreadable' });
    });

    test('is waited for two seconds at most', async () => {
      await startSecretsManager(() => {});
      const { freeMs } = await timed(() =>
        expect(read(ARN)).rejects.toMatchObject({ failure: 'credentials-unreadable' }),
      );
      expect(freeMs).toBeLessThan(2000 + 1400);
    });

    test('B9: is read once more on a new connection if the server has dropped the kept-alive one, besides both attempts', async () => {
      const used = new WeakSet<object>();
      let isFailing = false;
      const server = await startSecretsManager((response, request, index) => {
        const { socket } = response;
        if (socket === null || used.has(socket)) return void socket?.resetAndDestroy();
        used.add(socket);
        const failed = isFailing && index === 2;
        return (failed ? failing(500, 'InternalServiceError') : holding({ SecretString: '{"key":"k","secret":"s"}' }))(
          response,
          request,
          index,
        );
      });
      await read(ARN);
      isFailing = true;
      // Forgotten, then failed, then forgotten again: two attempts, each with its repetition.
      expect(await read(ARN)).toMatchObject({ kind: 'oauth' });
      expect(server.requests).toHaveLength(5);
    });
  });
});
