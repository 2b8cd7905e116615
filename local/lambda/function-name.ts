const NAME = /^[\w-]{1,64}$/;
const QUALIFIER = /^(?:\$LATEST|[\w-]{1,128})$/;
const ARN_START = /^(?:arn:[\w-]+:lambda:[\w-]+:)?\d{12}:function:/;

/**
 * The function's own name in one of the forms that the Invoke API takes: `name`, `name:qualifier`, or an ARN, whole or from
 * the account on. Undefined if it has none of these forms.
 */
export function functionNameOf(text: string): string | undefined {
  const [name = '', qualifier, ...rest] = text.replace(ARN_START, '').split(':');
  const isQualified = qualifier === undefined || QUALIFIER.test(qualifier);
  return NAME.test(name) && isQualified && rest.length === 0 ? name : undefined;
}
