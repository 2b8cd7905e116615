import { ENVIRONMENTS_UNDER_TEST, type EnvironmentUnderTest } from './environments-under-test.ts';
import { synthesisOf } from './templates.ts';

/** The templates of all environments that are not refused. */
export const TEMPLATES = (Object.keys(ENVIRONMENTS_UNDER_TEST) as EnvironmentUnderTest[]).flatMap((name) => {
  const synthesis = synthesisOf(name);
  return synthesis.kind === 'done' ? [[name, synthesis.template] as const] : [];
});
