import { SETTING_NAMES } from '../../functions/settings/definitions.ts';
import type { Environment, Settings } from '../../functions/settings/settings.ts';
import { parseSettings } from '../../functions/settings/settings.ts';
import { SettingsError } from '../../functions/settings/settings-error.ts';
import { LOCAL_SETTING_NAMES, readAllSettings } from '../../local/settings.ts';

/** The set-up to examine: that of this shell, as `npm start` would read it, or a deployed function. */
export interface Patient {
  readonly kind: 'here' | 'function';
  /** The environment with its settings. */
  readonly environment: Environment;
  /** Its runtime: `nodejs24.x`. Undefined: this Node. */
  readonly runtime: string | undefined;
  /** Undefined: they are wrong. */
  readonly settings: Settings | undefined;
  /** The problems of the settings, a sentence each. */
  readonly problems: readonly string[];
  /** The names of all settings that it has. */
  readonly names: readonly string[];
  /** Whether the bundled simulator is its upstream. */
  readonly isSimulated: boolean;
}

/** The set-up of this shell. */
export function patientHere(environment: Environment): Patient {
  const common = { kind: 'here', environment, runtime: undefined, names: LOCAL_SETTING_NAMES } as const;
  const isSimulated = !environment.UPSTREAM_BASE_URL?.trim();
  return { ...common, isSimulated, ...readOr(() => readAllSettings(environment).given) };
}

/** A deployed function, by its configuration. */
export function patientFunction(environment: Environment, runtime: string | undefined): Patient {
  const common = { kind: 'function', environment, runtime, names: SETTING_NAMES, isSimulated: false } as const;
  return { ...common, ...readOr(() => parseSettings(environment)) };
}

function readOr(read: () => Settings): Pick<Patient, 'settings' | 'problems'> {
  try {
    return { settings: read(), problems: [] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { settings: undefined, problems: error.problems };
  }
}
