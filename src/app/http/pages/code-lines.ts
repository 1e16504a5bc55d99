import { curlCommand } from '#app/shared/curl-command.js';

/** A request as three programs write it. */
export interface CodeLines {
  readonly curl: string;
  readonly fetch: string;
  readonly python: string;
}

interface Call {
  /** In capitals. */
  readonly method: string;
  readonly url: string;
  readonly body?: object | undefined;
}

/** Every line can be copied and run as it stands: names and texts in it are quoted as each language asks. */
export function codeLines({ method, url, body }: Call): CodeLines {
  const isGet = method === 'GET';
  const way = isGet || (method === 'POST' && body !== undefined) ? '' : ` -X ${method}`;
  const curl =
    body === undefined ? `curl -s${way} '${url}'` : curlCommand(url, body).replace('curl -s', `curl -s${way}`);
  const options = [
    ...(isGet ? [] : [`method: '${method}'`]),
    ...(body === undefined
      ? []
      : [`headers: { 'Content-Type': 'application/json' }`, `body: JSON.stringify(${JSON.stringify(body)})`]),
  ];
  const given = options.length === 0 ? '' : `, {\n${options.map((option) => `  ${option},\n`).join('')}}`;
  const json = body === undefined ? '' : `, json=${pythonLiteral(body)}`;
  return {
    curl,
    fetch: `const response = await fetch('${url}'${given});\nconsole.log(await response.json());`,
    python: `import requests\nprint(requests.${method.toLowerCase()}("${url}"${json}).json())`,
  };
}

/** JSON as Python writes it. */
function pythonLiteral(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${pythonLiteral(member)}`);
    return `{${members.join(', ')}}`;
  }
  return JSON.stringify(value);
}
