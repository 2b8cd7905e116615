import { createHash, timingSafeEqual } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../../scripts/smoke/signature.ts';
import { decodeQuery } from '../percent-decoding.ts';
import { type CalledRequest, type CallerCheck, UNKNOWN_CALLER } from './caller-check.ts';

/** An AWS identity that may sign requests. */
export interface KnownSigner {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The identity in an event: the session of a role, or a user. */
  readonly arn: string;
}

/** AWS refuses a signature if its time differs by more. Milliseconds. */
const MAX_SKEW_MS = 300_000;
/** The parts of `Authorization` (AWS Signature Version 4). */
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([\w-]+)\/(\d{8})\/([\w-]+)\/execute-api\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Checks the signature of a request: makes it again with the signer's secret, over the same headers, and compares.
 *
 * @param now the time, in epoch milliseconds
 */
export function createSignatureCheck(signers: readonly KnownSigner[], now: () => number): CallerCheck {
  const byAccessKey = new Map(signers.map((signer) => [signer.accessKeyId, signer]));
  return async (called) => {
    const { headersDistinct } = called.request;
    const [authorization = '', ...others] = headersDistinct.authorization ?? [];
    const [, accessKeyId = '', day = '', region = '', names = '', signature = ''] =
      AUTHORIZATION.exec(authorization) ?? [];
    const signer = byAccessKey.get(accessKeyId);
    const signedAt = toTime(called);
    if (signer === undefined || signedAt === undefined || others.length > 0) return undefined;
    if (Math.abs(now() - signedAt.getTime()) > MAX_SKEW_MS || !isoDay(signedAt).startsWith(day)) return undefined;
    const signed = names.split(';');
    if (!signed.includes('host') || !hasThisBody(called)) return undefined;
    const expected = await sign(called, { signer, region, signedAt, signed });
    return isSame(expected, signature) ? { ...UNKNOWN_CALLER, userArn: signer.arn } : undefined;
  };
}

/** The time of `X-Amz-Date`, `20261127T093000Z`. */
function toTime({ request }: CalledRequest): Date | undefined {
  const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(String(request.headers['x-amz-date'])) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const iso = `${date.replace(/(..)(..)$/, '-$1-$2')}T${time.replace(/(..)(..)$/, ':$1:$2')}Z`;
  const parsed = new Date(iso);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed;
}

function isoDay(at: Date): string {
  return at.toISOString().slice(0, 10).replaceAll('-', '');
}

/** A signature may cover a digest of the body in place of the body: it must be the digest of this body. */
function hasThisBody({ request, body }: CalledRequest): boolean {
  const digest = request.headers['x-amz-content-sha256'];
  return digest === undefined || digest === createHash('sha256').update(body).digest('hex');
}

interface Signing {
  readonly signer: KnownSigner;
  readonly region: string;
  readonly signedAt: Date;
  /** The names of the headers that the signature covers, in lower case. */
  readonly signed: readonly string[];
}

async function sign({ request, path, query, body }: CalledRequest, of: Signing): Promise<string> {
  const { signer, region, signedAt, signed } = of;
  const maker = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: { accessKeyId: signer.accessKeyId, secretAccessKey: signer.secretAccessKey },
    sha256: Sha256,
    applyChecksum: false,
  });
  const values = signed.map((name) => [name, request.headersDistinct[name]?.join(',') ?? ''] as const);
  const { headers } = await maker.sign(
    {
      protocol: 'http:',
      hostname: '127.0.0.1',
      method: request.method ?? 'GET',
      path,
      query: Object.fromEntries([...decodeQuery(query)].map(([name, all]) => [name, [...all]])),
      headers: Object.fromEntries(values),
      body,
    },
    { signingDate: signedAt, signableHeaders: new Set(signed) },
  );
  return /Signature=(\w+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
}

function isSame(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}
