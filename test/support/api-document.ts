/**
 * The OpenAPI document of a server, as a list of operations.
 *
 * Owns: reading it, and making requests from it. Does not own: what must hold.
 */
import { resolve } from './json-schema.ts';
import type { Schema } from './json-schema.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  /** Of the JSON body, when there is one. */
  readonly body: Schema | undefined;
  readonly responses: Readonly<Record<string, Answer>>;
  readonly needsToken: boolean;
  readonly method: 'get' | 'post';
  /** With `{name}` for parameters. */
  readonly path: string;
}

export interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

type RawOperation = Omit<Operation, 'body' | 'needsToken' | 'method' | 'path' | 'parameters'> & {
  readonly parameters?: readonly Parameter[];
  readonly security?: readonly object[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
};

export async function documentOf(url: string): Promise<Document> {
  const response = await fetch(`${url}/api/openapi.json`);
  return await response.json() as Document;
}

export function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]): Operation => ({
      operationId: raw.operationId, summary: raw.summary, tags: raw.tags,
      responses: raw.responses, parameters: raw.parameters ?? [],
      body: raw.requestBody?.content['application/json']?.schema,
      needsToken: raw.security !== undefined,
      method: method as 'get' | 'post', path,
    })));
}

/** Every `$ref` of the document. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    (name === '$ref' ? [one as string] : referencesIn(one)));
}

/** What a request gives. */
export interface Given {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The request of an operation; a text as `body` is sent as it is. */
export function requestOf(
  url: string, { method, path, body }: Operation, given: Given,
): { readonly url: string; readonly init: RequestInit } {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(given.path?.[name] ?? 'x'));
  const query = new URLSearchParams(given.query).toString();
  const headers = { ...given.headers };
  if (body !== undefined) headers['content-type'] ??= 'application/json';
  const init: RequestInit = { method: method.toUpperCase(), headers };
  if (body !== undefined) {
    init.body = typeof given.body === 'string' ? given.body : JSON.stringify(given.body ?? {});
  }
  return { url: `${url}${filled}${query === '' ? '' : `?${query}`}`, init };
}

/** Texts for a parameter that its schema does not allow. */
export function badTextsFor({ schema }: Parameter): string[] {
  const bad: string[] = [];
  const types = [schema.type].flat();
  if (types.includes('integer') || types.includes('number')) {
    bad.push('x', '1.5', '', ' ', '-1', '0x5', '1e1', 'NaN', 'Infinity', '1,2', 'null', '٣', '+1',
      '9'.repeat(400));
    if (schema.minimum !== undefined) bad.push(String(schema.minimum - 1));
    if (schema.maximum !== undefined) bad.push(String(schema.maximum + 1));
  }
  if (schema.enum !== undefined) bad.push('nope', '', String(schema.enum[0]).toUpperCase());
  if (schema.maxLength !== undefined) bad.push('a'.repeat(schema.maxLength + 1));
  if ((schema.minLength ?? 0) > 0) bad.push('');
  return bad;
}

/** Bodies that the schema does not allow, each made of a good one. */
export function badBodiesFor(
  document: object, schema: Schema, good: Readonly<Record<string, unknown>>,
): unknown[] {
  const full = schema.$ref === undefined ? schema : resolve(document, schema.$ref) as Schema;
  const bad: unknown[] = [
    null, [], [good], 'text', 7, true, { ...good, unknown: 1 }, { ...good, constructor: {} },
  ];
  for (const name of full.required ?? []) {
    const { [name]: _left, ...rest } = good;
    bad.push(rest);
  }
  for (const [name, reference] of Object.entries(full.properties ?? {})) {
    const field = reference.$ref === undefined
      ? reference : resolve(document, reference.$ref) as Schema;
    const wrong = field.type === 'string' ? [7, true, {}, ['a'], null]
      : field.type === 'boolean' ? ['true', 1, null] : ['1', true, 1.5, null, -1, 1e300];
    for (const value of wrong) bad.push({ ...good, [name]: value });
    if (field.maxLength !== undefined) {
      bad.push({ ...good, [name]: 'a'.repeat(field.maxLength + 1) });
    }
    if (field.pattern !== undefined) bad.push({ ...good, [name]: 'not this' });
    if (field.maximum !== undefined) bad.push({ ...good, [name]: field.maximum + 1 });
  }
  return bad;
}
