import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { Environment } from '../../functions/settings/settings.ts';
import { localAwsConfig } from '../../local/settings.ts';
import { describeWrongKeys } from '../../local/table-keys.ts';
import { awsErrorName, isRefusedIdentity, isThrottling, isTimeOut } from '../aws-failure.ts';
import { type Finding, skipped, well, wrong } from './finding.ts';
import type { Patient } from './patient.ts';

/** How long DynamoDB may take to describe the table by default. Milliseconds. */
const PATIENCE_MS = 20_000;

const MISSING = Symbol('missing');

/**
 * Whether the table exists and has the right keys.
 *
 * @param patienceMs how long DynamoDB may take to describe it
 */
export async function checkTable(patient: Patient, shell: Environment, patienceMs = PATIENCE_MS): Promise<Finding> {
  const { settings, kind } = patient;
  if (settings === undefined) return skipped('table', 'the settings are wrong');
  if (settings.cache.mode === 'bypass') return skipped('table', 'the cache is off (CACHE_MODE=bypass)');
  const endpoint = (kind === 'here' ? patient.environment : shell).AWS_ENDPOINT_URL_DYNAMODB?.trim() || undefined;
  if (kind === 'here' && endpoint === undefined)
    return well('table', 'an embedded DynamoDB: npm start brings it, and makes the table');
  const { table } = settings.cache;
  const described = await describe(table, endpoint, shell, patienceMs);
  if (described instanceof Error) return explain(described, table, endpoint, patienceMs);
  if (described !== MISSING) return judge(described as TableDescription, table);
  if (kind === 'here') return well('table', `there is no table ${table} yet: npm start makes it`);
  return wrong(
    'table',
    `There is no table ${table} in this region.`,
    'Deploy the stack again, and check AWS_REGION and AWS_PROFILE.',
  );
}

async function describe(
  table: string,
  endpoint: string | undefined,
  shell: Environment,
  patienceMs: number,
): Promise<TableDescription | typeof MISSING | Error> {
  const { DescribeTableCommand, DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({
    maxAttempts: 2,
    ...(endpoint ? { endpoint, ...localAwsConfig(shell, endpoint) } : {}),
  });
  try {
    const command = new DescribeTableCommand({ TableName: table });
    const { Table } = await client.send(command, { abortSignal: AbortSignal.timeout(patienceMs) });
    return Table ?? MISSING;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.name === 'ResourceNotFoundException' ? MISSING : error;
  } finally {
    client.destroy();
  }
}

function judge(description: TableDescription, table: string): Finding {
  const { TableStatus } = description;
  const wrongKeys = describeWrongKeys(description);
  if (wrongKeys !== undefined) {
    return wrong('table', `The table ${table} ${wrongKeys}.`, 'CACHE_TABLE names another table: correct it.');
  }
  if (TableStatus !== 'ACTIVE' && TableStatus !== 'UPDATING') {
    return wrong('table', `The table ${table} is ${TableStatus}.`, 'Wait until it is ACTIVE.');
  }
  return well('table', `${table} is ${TableStatus}`);
}

function explain(error: Error, table: string, endpoint: string | undefined, patienceMs: number): Finding {
  const name = awsErrorName(error);
  const where = endpoint === undefined ? 'DynamoDB' : `The DynamoDB at ${endpoint}`;
  if (isRefusedIdentity(error)) {
    return wrong(
      'table',
      `${where} does not let this AWS identity describe ${table} (${name}).`,
      'It needs dynamodb:DescribeTable, and credentials that have not expired.',
    );
  }
  if (isThrottling(error)) {
    return wrong(
      'table',
      `${where} answers, but throttles (${name}).`,
      "Run this once more in a minute. If it stays so, compare the account's limits of DynamoDB with its use, and look at " +
        "the table's ReadThrottleEvents. Meanwhile look-ups may go on without the table, each to the upstream.",
    );
  }
  if (isTimeOut(error)) {
    return wrong(
      'table',
      `${where} gave no answer within ${patienceMs / 1000} s.`,
      "Look at the network between (a proxy, a firewall, a VPC endpoint) and at DynamoDB's health. Look-ups wait for it " +
        'for CACHE_TIMEOUT_MS, and go on without it, each to the upstream.',
    );
  }
  return wrong(
    'table',
    `${where} does not answer (${name}).`,
    'Check AWS_ENDPOINT_URL_DYNAMODB, AWS_REGION and the network. Look-ups go on without it, each to the upstream.',
  );
}
