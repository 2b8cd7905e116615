import { startFunction } from '../start-function.ts';
import { start } from './start.ts';

/** The Lambda function `lookaside-invalidate`. Wrong settings stop it before its first request. */
export const handler = await startFunction(start);
