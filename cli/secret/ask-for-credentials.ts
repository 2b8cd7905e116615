import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from '../exit-codes.ts';

/**
 * Asks for the upstream's credentials at the terminal.
 * @returns JSON
 * @throws {CommandError} at Ctrl-C, which is a key like any other while the terminal is in raw mode
 */
export async function askForCredentials(): Promise<string> {
  const isTill =
    (await ask("A till's name and password, or a client's key and secret? [till/client] ", true)) !== 'client';
  const [name, secret] = isTill ? (['username', 'password'] as const) : (['key', 'secret'] as const);
  const [nameValue, secretValue] = [await ask(`${name}: `, true), await ask(`${secret} (not shown): `, false)];
  return JSON.stringify({ [name]: nameValue, [secret]: secretValue });
}

async function ask(question: string, isShown: boolean): Promise<string> {
  if (!isShown) process.stderr.write(question);
  // The terminal is in raw mode: the typed text shows only if it is written back.
  const output = isShown ? process.stderr : new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await lines.question(isShown ? question : '');
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') {
      if (isShown) process.stderr.write('\n');
      throw new CommandError('interrupted', 'Nothing stored.', { cause: error });
    }
    throw error;
  } finally {
    lines.close();
    if (!isShown) process.stderr.write('\n');
  }
}
