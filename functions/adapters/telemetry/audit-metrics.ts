import { AUDIT_AGES, AUDIT_SECTIONS, type AuditAge, type AuditSection, type MetricName } from '../../metric-names.ts';

/**
 * The metrics of an audit, from its log line; none for another line.
 *
 * | metric | of an audit that |
 * |---|---|
 * | AuditSame, AuditSame_<age> | found the served answer; by its age when it was served |
 * | AuditDrift, AuditDrift_<age> | found that the upstream gives another answer |
 * | AuditDriftIn_<section> | found it in this section |
 * | AuditSkipped | compared nothing |
 */
export function auditMetrics({
  audit,
  ageSeconds,
  sections,
}: Readonly<Record<string, unknown>>): readonly MetricName[] {
  const age = ageOf(Number(ageSeconds));
  switch (audit) {
    case 'same':
      return ['AuditSame', `AuditSame_${age}`];
    case 'drift':
      return [
        'AuditDrift',
        `AuditDrift_${age}`,
        ...sectionsOf(sections).map((name) => `AuditDriftIn_${name}` as const),
      ];
    case 'skipped':
      return ['AuditSkipped'];
    default:
      return [];
  }
}

function ageOf(seconds: number): AuditAge {
  const found = Object.entries(AUDIT_AGES).find(([, upTo]) => seconds <= upTo);
  return (found?.[0] ?? 'longer') as AuditAge;
}

function sectionsOf(sections: unknown): readonly AuditSection[] {
  return Array.isArray(sections) ? sections.filter((name) => AUDIT_SECTIONS.has(name)) : [];
}
