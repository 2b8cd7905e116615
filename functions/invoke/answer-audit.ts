import type { Answered } from '../batch/answers.ts';
import { readLookupPayload } from '../batch/lookup-payload.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import type { AuditOutcome, AuditRequest } from '../lookup/audit/audit-words.ts';
import { lookupReport } from '../lookup/report.ts';
import type { LookupService } from '../lookup-service.ts';

/** The result of an audit. No caller waits for it, so it holds no customer. */
export interface AuditAnswer {
  readonly kind: 'audited';
}

/** An audit's log fields, beside those of its look-up: names of sections, never a value. */
export interface AuditReport {
  readonly audit: AuditOutcome['kind'];
  /** The age of the entry when it was served. Seconds, with one decimal. */
  readonly ageSeconds: number;
  /** The sections that differ. */
  readonly sections?: readonly string[];
  /** Why the audit compared nothing. */
  readonly why?: string;
}

/**
 * Makes the audit that an event of a hit asks for.
 *
 * @param payload a look-up that any caller could send, and `audit`
 * @throws {InvalidRequestError} if it is not allowed
 */
export async function answerAudit(
  service: LookupService,
  { audit, ...payload }: Readonly<Record<string, unknown>>,
): Promise<Answered<AuditAnswer>> {
  const asked = readAudit(audit);
  const { request } = (await readLookupPayload(payload, service.reading)).asked;
  const { outcome, ageMs, result } = await service.audit(request, asked);
  return {
    answer: { kind: 'audited' },
    report: {
      api: request.api,
      ...(result !== undefined && lookupReport(result)),
      purpose: asked.isExtra ? 'audit' : 'revalidate',
      ...auditReport(outcome, ageMs),
    },
  };
}

function auditReport(outcome: AuditOutcome, ageMs: number): AuditReport {
  return {
    audit: outcome.kind,
    ageSeconds: Math.round(ageMs / 100) / 10,
    ...(outcome.kind === 'drift' && { sections: outcome.sections }),
    ...(outcome.kind === 'skipped' && { why: outcome.why }),
  };
}

function readAudit(audit: unknown): AuditRequest {
  const { version, askedAt, servedAt, isExtra } = (audit ?? {}) as Partial<Record<keyof AuditRequest, unknown>>;
  const isRead =
    typeof version === 'string' &&
    Number.isFinite(askedAt) &&
    Number.isFinite(servedAt) &&
    typeof isExtra === 'boolean';
  if (!isRead) {
    throw new InvalidRequestError(
      'invalid_parameter',
      'audit does not have the form that Lookaside gives it; leave it out.',
    );
  }
  return { version, askedAt: askedAt as number, servedAt: servedAt as number, isExtra };
}
