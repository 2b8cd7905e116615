import type { Command } from '../../cli/command.ts';
import { run, type World } from '../../cli/run.ts';

/** The output of a command line, and how it ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process for a command line: no terminal, an empty environment, a clock that stands. */
export function worldOf(world: Partial<World> = {}): { world: World; stdout: string[]; stderr: string[] } {
  const stdout: string[] = [];
  const stderr: string[] = [];
  return {
    stdout,
    stderr,
    world: {
      environment: {},
      stdout: { write: (text) => stdout.push(text) },
      stderr: { write: (text) => stderr.push(text) },
      hasColour: false,
      canAsk: false,
      signal: new AbortController().signal,
      ticking: { now: () => 0, every: () => () => undefined },
      version: '1.2.3',
      readInput: async () => '',
      now: () => 0,
      sleep: async () => undefined,
      ...world,
    },
  };
}

/** Runs a command line in this process. */
export async function runCommandLine(
  args: readonly string[],
  commands: readonly Command[],
  given: Partial<World> = {},
): Promise<Ended> {
  const { world, stdout, stderr } = worldOf(given);
  const exitCode = await run(args, commands, world);
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') };
}
