import type { InvokeHandler } from '../invoke/handler.ts';
import { start as startInvoke } from '../invoke/start.ts';
import type { Overrides } from '../overrides.ts';
import type { Settings } from '../settings/settings.ts';

/** Starts the function that revalidates: direct invocation for which no caller waits. */
export async function start(settings: Settings, overrides: Overrides = {}): Promise<InvokeHandler> {
  return startInvoke(settings, overrides, 'revalidate');
}
