import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from '../exit-codes.ts';

/** The members of the credentials, by the answer to the first question: their name, and their secret. */
const MEMBERS = { till: ['username', 'password'], client: ['key', 'secret'] } as const;
const KINDS = Object.keys(MEMBERS) as (keyof typeof MEMBERS)[];

/**
 * Asks for the upstream's credentials at the terminal. The terminal shows what is typed, except the password or the
 * secret. A question without a usable answer is asked again.
 * @returns JSON
 * @throws {CommandError} at Ctrl-C, which is a key like any other while the terminal is in raw mode
 */
export async function askForCredentials(): Promise<string> {
  const [name, secret] = MEMBERS[await askForKind()];
  const [nameValue, secretValue] = [
    await askForText(`${name}: `, true),
    await askForText(`${secret} (not shown): `, false),
  ];
  return JSON.stringify({ [name]: nameValue, [secret]: secretValue });
}

async function askForKind(): Promise<keyof typeof MEMBERS> {
  const question = "A till's name and password, or a client's key and secret? [till/client] ";
  const answer = (await askForText(question, true)).trim().toLowerCase();
  // Any other answer is a slip: credentials of the wrong kind would be stored, and the upstream would refuse them.
  const kind = KINDS.find((each) => each.startsWith(answer));
  if (kind !== undefined) return kind;
  process.stderr.write('Answer till or client.\n');
  return askForKind();
}

async function askForText(question: string, isShown: boolean): Promise<string> {
  const answer = await ask(question, isShown);
  return answer.trim() === '' ? askForText(question, isShown) : answer;
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
