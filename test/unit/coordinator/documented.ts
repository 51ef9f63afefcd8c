import { fromJSONSchema } from 'zod';
import { expect } from 'vitest';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: object }>>;
  };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

export interface DocumentedResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: object }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

/** Answers about what is no operation of the document: nothing there, another method, and the document itself. */
const UNDOCUMENTED = new Set([404, 405]);

/** Fails the test when an answer is not what the document says of the operation. */
export async function requireDocumented(
  document: OpenApiDocument,
  method: string,
  path: string,
  response: Response,
): Promise<void> {
  const { pathname } = new URL(path, 'http://localhost');
  const operation = operationOf(document, method, pathname);
  if (operation === undefined) {
    if (pathname !== '/openapi.json') expect(UNDOCUMENTED, `${method} ${pathname}`).toContain(response.status);
    return;
  }
  const documented = operation.responses[String(response.status)];
  if (documented === undefined) {
    throw new Error(
      `${method} ${pathname} answered ${response.status}, which is not documented: ${await response.clone().text()}`,
    );
  }
  for (const [name, header] of Object.entries(documented.headers ?? {})) {
    if (header.required === true) expect(response.headers.get(name), `the header ${name}`).not.toBeNull();
  }
  const mediaType = response.headers.get('content-type')?.split(';')[0] ?? '';
  if (documented.content === undefined) {
    expect(await response.clone().text()).toBe('');
    return;
  }
  expect(Object.keys(documented.content), `${method} ${pathname} ${response.status}`).toContain(mediaType);
  if (!mediaType.endsWith('json')) return;
  const schema = documented.content[mediaType]?.schema ?? {};
  const checked = validatorOf(document, schema).safeParse(await response.clone().json());
  if (!checked.success)
    throw new Error(`${method} ${pathname} ${response.status} is not as documented: ${checked.error.message}`);
}

function operationOf(document: OpenApiDocument, method: string, pathname: string): Operation | undefined {
  const segments = pathname.split('/');
  const path = Object.keys(document.paths).find((candidate) => {
    const own = candidate.split('/');
    return (
      own.length === segments.length && own.every((part, index) => part.startsWith('{') || part === segments[index])
    );
  });
  return path === undefined ? undefined : document.paths[path]?.[method.toLowerCase()];
}

/** The document's schemas are JSON Schema 2020-12 whose references point into its components. */
export function validatorOf(document: OpenApiDocument, schema: object) {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return fromJSONSchema(
    JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<typeof fromJSONSchema>[0],
  );
}
