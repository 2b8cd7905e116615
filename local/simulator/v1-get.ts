import type { JsonObject } from '../../functions/customer/json.ts';
import type { MadeUpAnswer } from './made-up-errors.ts';
import { notice, toErrorBody } from './upstream-errors.ts';
import type { SearchRules } from './upstream-search.ts';

export type V1Answer =
  | { readonly kind: 'reply'; readonly isError: boolean; readonly body: JsonObject; readonly xml: string | undefined }
  | { readonly kind: 'made-up'; readonly answer: MadeUpAnswer };

export interface V1Shape {
  readonly isWrapped: boolean;
  readonly isCustomerObject: boolean;
}

export function answerV1(_query: URLSearchParams, _rules: SearchRules, _shape: V1Shape): V1Answer {
  return { kind: 'reply', isError: true, body: toErrorBody(notice(1104)), xml: undefined };
}
