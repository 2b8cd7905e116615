/** `npm start`: runs all of Lookaside on one machine, until SIGINT or SIGTERM. */
import { keepCompiledCode } from './keep-compiled-code.ts';

keepCompiledCode();
await import('./npm-start.ts');
