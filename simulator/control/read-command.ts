import * as z from 'zod/mini';
import { isObject, parseJson } from '../../functions/customer/json/json.ts';
import { ControlError } from '../control-error.ts';

/** Reads the JSON of a command. The numbers of a `patch` keep their digits. @throws {ControlError} if it is not JSON */
export function readCommand(text: string): unknown {
  try {
    const command: unknown = JSON.parse(text);
    const exact = parseJson(text);
    if (!isObject(exact) || !isObject(exact.change) || exact.change.patch === undefined) return command;
    const { change } = command as { change: object };
    return { ...(command as object), change: { ...change, patch: exact.change.patch } };
  } catch (error) {
    throw new ControlError('The body is not JSON.', { cause: error });
  }
}

/** A command of the right form. @throws {ControlError} with every problem and its place, in one line */
export function checked<Schema extends z.core.$ZodType>(schema: Schema, command: unknown): z.output<Schema> {
  const parsed = z.safeParse(schema, command, { error: z.locales.en().localeError });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the command'}: ${message}`);
  throw new ControlError(problems.join('; '));
}
