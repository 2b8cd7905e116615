import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * The one message of a process that `fork()` started, after the end of the process.
 *
 * @throws {Error} if the process ends without a message
 */
export async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  let answer: Answer | undefined;
  child.on('message', (message: Answer) => {
    answer = message;
  });
  const [code] = await once(child, 'close');
  if (answer === undefined) throw new Error(`The process ended with ${code} and no answer.`);
  return answer;
}
