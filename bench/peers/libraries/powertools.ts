import { setTimeout as sleep } from 'node:timers/promises';
import type { UseLibrary } from '../library.ts';

interface Powertools {
  readonly makeIdempotent: (ask: (event: { key: string }) => Promise<string>, options: object) => Ask;
  readonly IdempotencyConfig: new (options: object) => { registerLambdaContext(context: object): void };
  readonly DynamoDBPersistenceLayer: new (options: object) => unknown;
}
type Ask = (event: { key: string }) => Promise<string>;

/** Powertools' idempotency. A caller that comes during a fetch gets an error there: it asks again after a moment. */
export const powertools: UseLibrary = ({ library, dynamoDb, freshSeconds, ask }) => {
  const { makeIdempotent, IdempotencyConfig, DynamoDBPersistenceLayer } = library as unknown as Powertools;
  const config = new IdempotencyConfig({ expiresAfterSeconds: freshSeconds });
  config.registerLambdaContext({ getRemainingTimeInMillis: () => 10_000 });
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName: 'idempotency', clientConfig: dynamoDb });
  const cached = makeIdempotent(async ({ key }) => ask(key), { persistenceStore, config });
  return async (key) => {
    for (;;) {
      try {
        return await cached({ key });
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'IdempotencyAlreadyInProgressError') throw error;
        await sleep(50 + Math.random() * 150);
      }
    }
  };
};
