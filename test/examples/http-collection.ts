/** One request of an `.http` collection, and the status that its title says. */
export interface CollectedRequest {
  readonly title: string;
  readonly status: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/**
 * Reads a collection: `### title: status`, then the request line, headers, an empty line and the body. `{{name}}` stands for
 * a variable.
 *
 * @param variables in place of the collection's own
 */
export function readHttpCollection(text: string, variables: Readonly<Record<string, string>>): CollectedRequest[] {
  const filled = text.replace(/\{\{(\w+)\}\}/g, (_, name) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`The variable ${name} has no value.`);
    return value;
  });
  const [, ...parts] = filled.split(/^### /m);
  return parts.map((part) => {
    const [head = '', ...body] = part.split('\n\n');
    const [title = '', request = '', ...headers] = head.trim().split('\n');
    const [method = '', url = ''] = request.split(' ');
    const text = body.join('\n\n').trim();
    return {
      title,
      status: Number(/: (\d{3})/.exec(title)?.[1]),
      method,
      url,
      headers: Object.fromEntries(headers.map((header) => header.split(/: (.*)/).slice(0, 2))),
      body: text === '' ? undefined : text,
    };
  });
}
