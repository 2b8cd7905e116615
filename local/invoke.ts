/**
 * `npm run invoke -- events/http/found-mobile.json`: runs one event file against the functions in this process, and
 * prints the result. Settings as for `npm start`; the functions' log lines are left out unless LOG_LEVEL is set.
 */
import { readFile, stat } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { resolve } from 'node:path';
import { SettingsError } from '../functions/settings/settings-error.ts';
import { asksForHelp } from './command-line.ts';
import { startFunctions } from './functions.ts';
import { EVENT_FOLDERS, type EventFolder, eventFolderOf, runEvent, textOf } from './run-event.ts';
import { StartError } from './start-error.ts';

const USAGE = 'Usage: npm run invoke -- events/http/<case>.json, or a file of events/invoke or events/invalidate';

/** Reports a wrong command line. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

const args = process.argv.slice(2);
try {
  if (asksForHelp(args)) console.log(USAGE);
  else await invoke(args);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof StartError || error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function invoke(args: readonly string[]): Promise<void> {
  const { folder, json } = await readEvent(args);
  const functions = await startFunctions({ LOG_LEVEL: 'SILENT', ...process.env }, { startsWithFirstEvent: true });
  try {
    const outcome = await runEvent(functions, folder, json);
    if (outcome.kind === 'reply') {
      const { status, headers, body } = outcome.reply;
      console.log(`${status} ${STATUS_CODES[status] ?? ''}`.trim());
      for (const [name, values] of Object.entries(headers)) {
        for (const value of [values].flat()) console.log(`${name}: ${value}`);
      }
      console.log(body.length === 0 ? '' : `\n${textOf(outcome.reply)}`);
    } else {
      console.log(outcome.invocation.json);
      if (outcome.invocation.isError) process.exitCode = 1;
    }
  } finally {
    await functions.close();
  }
}

async function readEvent(args: readonly string[]): Promise<{ folder: EventFolder; json: string }> {
  const [file, ...others] = args;
  if (file === undefined || others.length > 0) throw new UsageError(USAGE);
  if (await isFolder(file)) throw new UsageError(`${file} is a folder; give a file in it. ${USAGE}`);
  const folder = eventFolderOf(resolve(file));
  if (folder === undefined) {
    const folders = EVENT_FOLDERS.map((name) => `events/${name}`).join(', ');
    throw new UsageError(`${file} lies in none of ${folders}: the folder says which function it is for. ${USAGE}`);
  }
  let json: string;
  try {
    // An editor of Windows may begin it with a byte order mark.
    json = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new UsageError(`${file} cannot be read (${reason}). ${USAGE}`, { cause: error });
  }
  try {
    JSON.parse(json);
  } catch (error) {
    throw new UsageError(`${file} is not JSON. ${USAGE}`, { cause: error });
  }
  return { folder, json };
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    // The reading of the file says what is wrong.
    return false;
  }
}
