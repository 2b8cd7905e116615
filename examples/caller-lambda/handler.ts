import { LambdaClient } from '@aws-sdk/client-lambda';
import { createLookaside } from 'lookaside-client';

/**
 * A Lambda function of yours that asks who a customer is. Its role needs `lambda:InvokeFunction` on the function that
 * LOOKASIDE_FUNCTION names: the output `InvokeFunctionName` of the deployment. Without LOOKASIDE_FUNCTION, it is
 * `lookaside-invoke`, the name with `npm start`. The client is made once for each instance: it keeps the connection.
 */
const lookaside = createLookaside({
  lambda: new LambdaClient(),
  functionName: process.env.LOOKASIDE_FUNCTION || undefined,
  // Longer than your customer waits would be of no use.
  deadlineMs: Number(process.env.LOOKASIDE_DEADLINE_MS || 3000),
});

interface Greeting {
  readonly greeting: string;
  /** Not for redeeming: they may be as old as `ageSeconds`. */
  readonly points?: number | string;
  readonly ageSeconds?: number;
}

export async function handler({ mobile }: { readonly mobile: string }): Promise<Greeting> {
  const outcome = await lookaside.lookup({
    source: 'INSTORE',
    identifierName: 'mobile',
    identifierValue: mobile,
    cacheControl: 'max-age=600',
  });
  switch (outcome.kind) {
    case 'found': {
      const { customer, cache } = outcome;
      const points = customer.loyaltyProgramDetails?.[0]?.loyaltyPoints;
      const greeting = `Welcome back, ${customer.profiles?.[0]?.firstName ?? 'dear customer'}`;
      return { greeting, ...(points !== undefined && { points }), ageSeconds: cache.ageSeconds };
    }
    case 'not-found':
      return { greeting: 'Would you like to join?' };
    case 'pending':
      // Only for a look-up with `waitMs`, or where the deployment sets a wait for its callers.
      return { greeting: 'Welcome' };
    case 'error':
      // The code and the message hold no personal data, so they may be logged.
      console.warn(outcome.code, outcome.message);
      return { greeting: 'Welcome' };
  }
}
