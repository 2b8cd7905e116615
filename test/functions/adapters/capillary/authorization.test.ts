import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import {
  Authorization,
  AuthorizationError,
  type Grant,
  type Renewal,
  type Token,
} from '../../../../functions/adapters/capillary/authorization.ts';
import type { Credentials } from '../../../../functions/credentials.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const BASIC: Credentials = { kind: 'basic', username: 'store.server', password: 'server123' };
const NEVER = new AbortController().signal;
const TOKEN_TIMEOUT_MS = 2500;
const OAUTH: Credentials = { kind: 'oauth', key: 'key', secret: 'secret' };

/** An authorization with counted credentials and tokens, which come when the test says so. */
function authorizationOf(credentials: Credentials, ttlMs = 3_600_000) {
  const clock = new ManualClock();
  const world = {
    clock,
    reads: 0,
    tokens: 0,
    ttlMs,
    /** Settles before any of them is given. */
    gate: Promise.resolve(),
    failure: undefined as AuthorizationError | undefined,
    /** Why there is no token. */
    denial: undefined as AuthorizationError | undefined,
    /** What happens while a token is requested. */
    whileRequested: () => {},
  };
  const authorization = new Authorization({
    now: () => clock.now(),
    readCredentials: async () => {
      world.reads += 1;
      await world.gate;
      if (world.failure !== undefined) throw world.failure;
      return credentials;
    },
    requestToken: async (): Promise<Token> => {
      world.tokens += 1;
      await world.gate;
      const { denial } = world;
      world.whileRequested();
      if (denial !== undefined) throw denial;
      return { accessToken: `token-${world.tokens}`, ttlMs: world.ttlMs };
    },
    tokenTimeoutMs: TOKEN_TIMEOUT_MS,
  });
  /** Renews, where a renewal is expected. */
  const renew = async (refused: Grant): Promise<Renewal> => {
    const renewal = await authorization.renew(refused, NEVER);
    if (renewal === undefined) throw new Error('The grant is not renewed.');
    return renewal;
  };
  return Object.assign(world, { authorization, renew });
}

const sentBy = ({ header }: Grant) => header.value;

describe('an authorization is failing', () => {
  test('from a failed try to get a grant to the next that succeeds; a try in progress changes nothing', async () => {
    const world = authorizationOf(OAUTH);
    const { authorization } = world;
    expect(authorization.isFailing).toBe(false);
    world.denial = new AuthorizationError('server-error', 'made up');
    await expect(authorization.grant()).rejects.toThrow('made up');
    expect(authorization.isFailing).toBe(true);
    world.denial = undefined;
    const gate = Promise.withResolvers<void>();
    world.gate = gate.promise;
    const granting = authorization.grant();
    expect(authorization.isFailing).toBe(true);
    gate.resolve();
    await granting;
    expect(authorization.isFailing).toBe(false);
  });
});

describe('Basic', () => {
  test("is the upstream's own test vector", async () => {
    const { authorization } = authorizationOf(BASIC);
    expect((await authorization.grant()).header).toEqual({
      name: 'Authorization',
      value: 'Basic c3RvcmUuc2VydmVyOjhhMTZhNmI3MDUwNWViMWYxZmY3Y2RjMGNkNTU1OWE3',
    });
  });

  test('encodes names and passwords in any script', async () => {
    const { authorization } = authorizationOf({ kind: 'basic', username: 'नेहा', password: 'गुप्त' });
    expect(Buffer.from(sentBy(await authorization.grant()).slice('Basic '.length), 'base64').toString()).toMatch(
      /^नेहा:[0-9a-f]{32}$/,
    );
  });

  test('is kept until the upstream refuses it', async () => {
    const world = authorizationOf(BASIC);
    await world.authorization.grant();
    world.clock.advance(365 * 86_400_000);
    await world.authorization.grant();
    expect([world.reads, world.tokens]).toEqual([1, 0]);
  });
});

describe('OAuth', () => {
  test("is the token, in the upstream's header", async () => {
    const { authorization } = authorizationOf(OAUTH);
    expect((await authorization.grant()).header).toEqual({ name: 'X-CAP-API-OAUTH-TOKEN', value: 'token-1' });
  });

  test.each([
    ['an hour', 3_600_000, 3_540_000],
    ['ten minutes', 600_000, 540_000],
    ['a minute', 60_000, 54_000],
    ['a second', 1000, 900],
  ])('a token for %s is kept until shortly before its end', async (_title, ttlMs, keptMs) => {
    const world = authorizationOf(OAUTH, ttlMs);
    await world.authorization.grant();
    world.clock.advance(keptMs - 1);
    expect(sentBy(await world.authorization.grant())).toBe('token-1');
    world.clock.advance(1);
    expect(sentBy(await world.authorization.grant())).toBe('token-2');
  });

  test('the lifetime counts from the request for the token, not from its arrival', async () => {
    const world = authorizationOf(OAUTH, 60_000);
    const { promise, resolve } = Promise.withResolvers<void>();
    const grant = world.authorization.grant();
    world.gate = promise;
    await setImmediate();
    world.clock.advance(10_000);
    resolve();
    const { validUntil } = await grant;
    expect(validUntil - world.clock.now()).toBe(44_000);
  });
});

describe('a token that the upstream does not give', () => {
  test.each<[string, AuthorizationError, number]>([
    ['throttled', new AuthorizationError('throttled', 'Throttled.', { retryAfterMs: 7000 }), 7000],
    ['throttled, without a time', new AuthorizationError('throttled', 'Throttled.'), 2000],
    ['refused', new AuthorizationError('credentials-refused', 'Refused.'), 1000],
  ])(
    'because it is %s is not asked for again at once, nor are the credentials read',
    async (_title, denial, pauseMs) => {
      const world = authorizationOf(OAUTH);
      world.denial = denial;
      await expect(world.authorization.grant()).rejects.toBe(denial);
      world.denial = undefined;
      world.clock.advance(pauseMs - 1);
      const again = await world.authorization.grant().catch((error: unknown) => error);
      const { failure, message } = denial;
      expect(again).toMatchObject({ name: 'AuthorizationError', failure, message });
      expect((again as AuthorizationError).retryAfterMs).toBe(denial.failure === 'throttled' ? 1 : undefined);
      expect([world.reads, world.tokens]).toEqual([1, 1]);
      world.clock.advance(1);
      expect(sentBy(await world.authorization.grant())).toBe('token-2');
    },
  );

  test.each(['connection', 'server-error', 'invalid'] as const)(
    'the next look-up asks for a token that is missing because of %s',
    async (failure) => {
      const world = authorizationOf(OAUTH);
      world.denial = new AuthorizationError(failure, 'No token.');
      await expect(world.authorization.grant()).rejects.toThrow('No token.');
      world.denial = undefined;
      expect(sentBy(await world.authorization.grant())).toBe('token-2');
    },
  );
});

describe('a token whose request was in progress while the instance was frozen', () => {
  /** Requests a token. The request fails after this time, and the next one succeeds. */
  function failAfter(tookMs: number, denial: AuthorizationError) {
    const world = authorizationOf(OAUTH);
    world.denial = denial;
    world.whileRequested = () => {
      world.clock.advance(tookMs);
      Object.assign(world, { denial: undefined, whileRequested: () => {} });
    };
    return { world, granting: world.authorization.grant() };
  }

  test.each([
    ['connection', undefined],
    ['throttled', 3_600_000],
  ] as const)('is requested once more if the first request failed: %s', async (failure, retryAfterMs) => {
    const denial = new AuthorizationError(failure, 'made up', { retryAfterMs });
    const { world, granting } = failAfter(60_000, denial);
    expect(sentBy(await granting)).toBe('token-2');
    // Its lifetime counts from the second request.
    world.clock.advance(world.ttlMs - 60_001);
    expect(sentBy(await world.authorization.grant())).toBe('token-2');
    world.clock.advance(1);
    expect(sentBy(await world.authorization.grant())).toBe('token-3');
  });

  test('is not requested again if the request only took as long as it may', async () => {
    const denial = new AuthorizationError('connection', 'made up');
    const { world, granting } = failAfter(TOKEN_TIMEOUT_MS + 1000, denial);
    await expect(granting).rejects.toThrow('made up');
    expect(world.tokens).toBe(1);
  });
});

describe('many callers that ask', () => {
  test('one fetch of credentials and token serves all that wait', async () => {
    const world = authorizationOf(OAUTH);
    const grants = await Promise.all(Array.from({ length: 100 }, () => world.authorization.grant()));
    expect(new Set(grants).size).toBe(1);
    expect([world.reads, world.tokens]).toEqual([1, 1]);
  });

  test('one failure is the failure of all that wait, and is not remembered', async () => {
    const world = authorizationOf(OAUTH);
    world.failure = new AuthorizationError('credentials-unreadable', 'No credentials.');
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => world.authorization.grant()));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
    expect(world.reads).toBe(1);
    world.failure = undefined;
    expect(sentBy(await world.authorization.grant())).toBe('token-1');
    expect(world.reads).toBe(2);
  });
});

describe('a grant that was refused', () => {
  test('is replaced, with credentials read again', async () => {
    const world = authorizationOf(OAUTH);
    const refused = await world.authorization.grant();
    expect(sentBy((await world.renew(refused)).grant)).toBe('token-2');
    expect([world.reads, world.tokens]).toEqual([2, 2]);
    expect(sentBy(await world.authorization.grant())).toBe('token-2');
  });

  test('is replaced by the current grant if another call has already renewed it', async () => {
    const world = authorizationOf(OAUTH);
    const refused = await world.authorization.grant();
    (await world.renew(refused)).end(false);
    world.clock.advance(60_000);
    expect(sentBy((await world.renew(refused)).grant)).toBe('token-2');
    expect(world.reads).toBe(2);
  });

  test('is not replaced when it is less than a second since the last renewal', async () => {
    const world = authorizationOf(BASIC);
    const first = await world.authorization.grant();
    const { grant: renewed, end } = await world.renew(first);
    end(true);
    world.clock.advance(999);
    for (const refused of [first, renewed]) {
      expect(await world.authorization.renew(refused, NEVER)).toBeUndefined();
    }
    expect(world.reads).toBe(2);
    world.clock.advance(1);
    expect(await world.authorization.renew(first, NEVER)).toBeDefined();
    expect(world.reads).toBe(3);
  });

  test('fails if the credentials cannot be read again; the next look-up tries again', async () => {
    const world = authorizationOf(BASIC);
    const refused = await world.authorization.grant();
    world.failure = new AuthorizationError('credentials-unreadable', 'No credentials.');
    await expect(world.authorization.renew(refused, NEVER)).rejects.toThrow('No credentials.');
    world.failure = undefined;
    expect(await world.authorization.grant()).toBeDefined();
  });
});

describe('many look-ups that were refused together', () => {
  /** Ten look-ups that were refused with one grant. The first tries the renewed one. */
  async function refusedTogether() {
    const world = authorizationOf(OAUTH);
    const refused = await world.authorization.grant();
    const first = await world.renew(refused);
    const answered: (string | undefined)[] = [];
    const others = Array.from({ length: 9 }, async () => {
      const renewal = await world.authorization.renew(refused, NEVER);
      answered.push(renewal && sentBy(renewal.grant));
    });
    await setImmediate();
    expect(answered).toEqual([]);
    return { world, refused, first, answered: () => Promise.all(others).then(() => answered) };
  }

  test.each([
    ['refuses it too', true, undefined],
    ['does not refuse it', false, 'token-2'],
  ])('wait until one has tried the renewed grant; the upstream %s', async (_title, isRefused, expected) => {
    const { world, first, answered } = await refusedTogether();
    first.end(isRefused);
    first.end(!isRefused);
    expect(await answered()).toEqual(Array(9).fill(expected));
    expect([world.reads, world.tokens]).toEqual([2, 2]);
  });

  test('a look-up that was refused with the renewed grant, while one tries it, waits with them', async () => {
    const { world, first } = await refusedTogether();
    const later = world.authorization.renew(await world.authorization.grant(), NEVER);
    world.clock.advance(1000);
    first.end(true);
    expect(await later).toBeUndefined();
    expect(world.reads).toBe(2);
  });

  test('one of them waits no longer than its deadline', async () => {
    const { world, refused, first, answered } = await refusedTogether();
    const reason = new Error('Too late.');
    await expect(world.authorization.renew(refused, AbortSignal.abort(reason))).rejects.toBe(reason);
    first.end(false);
    expect(await answered()).toEqual(Array(9).fill('token-2'));
  });

  test('the others go on if the deadline of the first passes before it has a grant', async () => {
    const world = authorizationOf(OAUTH);
    const refused = await world.authorization.grant();
    const gate = Promise.withResolvers<void>();
    world.gate = gate.promise;
    const deadline = new AbortController();
    const first = world.authorization.renew(refused, deadline.signal);
    const other = world.renew(refused);
    const reason = new Error('Too late.');
    deadline.abort(reason);
    await expect(first).rejects.toBe(reason);
    gate.resolve();
    expect(sentBy((await other).grant)).toBe('token-2');
    expect(world.reads).toBe(2);
  });

  test('the others try for themselves if the credentials could not be read again', async () => {
    const world = authorizationOf(BASIC);
    const refused = await world.authorization.grant();
    world.failure = new AuthorizationError('credentials-unreadable', 'No credentials.');
    const renewals = [1, 2, 3].map(() => world.authorization.renew(refused, NEVER));
    const outcomes = await Promise.allSettled(renewals);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    expect(world.reads).toBe(3);
  });
});
