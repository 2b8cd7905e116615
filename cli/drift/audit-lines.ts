import { APPEARED } from '../../functions/lookup/audit/audit-words.ts';

/** A hit that was compared with the upstream's answer of a moment later. */
export interface AuditedHit {
  /** The age of the entry when it was served. Seconds, with one decimal. */
  readonly ageSeconds: number;
  readonly isWrong: boolean;
  /** The sections that differ. Empty: the hit was right. */
  readonly sections: readonly string[];
}

/** The audits of a log. */
export interface LoggedAudits {
  /** Hits with a customer: FRESH_SECONDS limits their age. */
  readonly hits: readonly AuditedHit[];
  /** Hits with "not found": NOT_FOUND_FRESH_SECONDS limits their age. */
  readonly notFoundHits: readonly AuditedHit[];
  /** Audits that compared nothing. */
  readonly skipped: number;
}

type Members = Readonly<Record<string, unknown>>;

/** The members that hold log lines, or lists of them, in exports of CloudWatch Logs and of CloudWatch Logs Insights. */
const WRAPPERS = ['message', '@message', 'events', 'results'] as const;

/**
 * Reads the audits of log lines, and skips everything else. An audit may come as:
 * - a line of JSON as the functions write it, also behind a time stamp and the name of a stream (`aws logs tail`)
 * - such a line as text in the member `message` or `@message` of a line of JSON
 * - one document of JSON that lists either: an array, or in `events` (`aws logs filter-log-events`) or `results`
 */
export function readAudits(text: string): LoggedAudits {
  const whole = parse(text);
  const documents = whole === undefined ? text.split('\n').map(documentOf) : [whole];
  const audits = documents.flatMap(recordsIn).filter(isAudit);
  const compared = audits.filter(({ audit }) => audit !== 'skipped');
  return {
    hits: compared.filter((record) => !isOfNotFound(record)).map(toHit),
    notFoundHits: compared.filter(isOfNotFound).map(toHit),
    skipped: audits.length - compared.length,
  };
}

/** The content of a line, from its first brace on. */
function documentOf(line: string): unknown {
  const start = line.indexOf('{');
  return start < 0 ? undefined : parse(line.slice(start));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The records of a document, with those of its wrappers. */
function recordsIn(document: unknown): readonly Members[] {
  if (typeof document === 'string') return recordsIn(documentOf(document));
  if (Array.isArray(document)) return document.flatMap(recordsIn);
  if (typeof document !== 'object' || document === null) return [];
  const members = document as Members;
  return [members, ...WRAPPERS.flatMap((name) => recordsIn(members[name]))];
}

function isAudit({ audit, ageSeconds }: Members): boolean {
  if (audit === 'skipped') return true;
  return (audit === 'same' || audit === 'drift') && Number.isFinite(ageSeconds) && Number(ageSeconds) >= 0;
}

/** Whether "not found" was served: the line has the upstream's present answer, and its difference. */
function isOfNotFound({ audit, answer, sections }: Members): boolean {
  return audit === 'same' ? answer === 'not-found' : sectionsOf(sections).includes(APPEARED);
}

function toHit({ audit, ageSeconds, sections }: Members): AuditedHit {
  const isWrong = audit === 'drift';
  return { ageSeconds: Number(ageSeconds), isWrong, sections: isWrong ? sectionsOf(sections) : [] };
}

function sectionsOf(sections: unknown): readonly string[] {
  return Array.isArray(sections) ? sections.filter((name) => typeof name === 'string') : [];
}
