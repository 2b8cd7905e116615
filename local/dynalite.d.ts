/** The parts of dynalite that this project uses. It has no types of its own. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Folder of the LevelDB store. Default: in memory. */
    readonly path?: string;
    /** How long a table stays in CREATING. Milliseconds. Default: 500. */
    readonly createTableMs?: number;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}
