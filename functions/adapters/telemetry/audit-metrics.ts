import { AUDIT_AGES, AUDIT_SECTIONS, type AuditAge, type AuditSection, type MetricName } from '../../metric-names.ts';

/**
 * The metrics of an audit, by what its log line says; none for a line of something else.
 *
 * | metric | of an audit that |
 * |---|---|
 * | AuditSame, AuditSame_<age> | found what was served; by its age when it was served |
 * | AuditDrift, AuditDrift_<age> | found that the upstream says something else |
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
