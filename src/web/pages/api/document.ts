/**
 * The API's description (OpenAPI 3.1) as what a page shows. Pure.
 *
 * Owns: routes by group, their parameters, the fields of bodies and answers, examples for curl.
 * Does not own: the description, which is the server's; whatever of it is missing stays empty.
 */

/** The part of JSON Schema that the server's schemas use. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly example?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface Media {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface ParameterObject {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: Media;
  readonly responses?: Readonly<Record<string, Media & { readonly description?: string }>>;
}

export interface Document {
  readonly info?: { readonly title?: string; readonly version?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly parameters?: Readonly<Record<string, ParameterObject>>;
  };
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly meaning: string;
}

export interface Parameter extends Field {
  readonly where: string;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly group: string;
  readonly needsToken: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Field[];
  /** What the good answer is called, and its fields. */
  readonly answer: { readonly type: string; readonly fields: readonly Field[] };
  readonly answers: readonly { readonly status: string; readonly meaning: string }[];
  /** Whether asking has an end and changes nothing. */
  readonly isTryable: boolean;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function routesOf(document: Document): Route[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = operations[method];
      return operation === undefined ? [] : [routeOf(document, { path, method, operation })];
    }));
}

interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function routeOf(document: Document, { path, method, operation }: Place): Route {
  const { summary = '', tags = [], security = [], responses = {} } = operation;
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  const types = Object.keys(good?.content ?? {});
  const answer = schemaIn(good);
  const needsToken = security.some((one) => Object.keys(one).length > 0);
  return {
    method: method.toUpperCase(), path, summary, group: tags[0] ?? 'other', needsToken,
    parameters: (operation.parameters ?? []).map((one) => parameterOf(document, one)),
    body: fieldsOf(document, schemaIn(operation.requestBody)),
    answer: {
      type: answer === undefined ? types.join(', ') : typeOf(answer),
      fields: fieldsOf(document, answer),
    },
    answers: Object.entries(responses)
      .map(([status, { description = '' }]) => ({ status, meaning: description })),
    isTryable: method === 'get' && !needsToken && !types.includes('text/event-stream'),
  };
}

function schemaIn(media: Media | undefined): Schema | undefined {
  return media?.content?.['application/json']?.schema;
}

function parameterOf(document: Document, given: ParameterObject): Parameter {
  const name = nameOf(given.$ref);
  const one = name === undefined ? given : document.components?.parameters?.[name] ?? given;
  const schema = one.schema ?? {};
  return {
    name: one.name ?? '', where: one.in ?? '', isRequired: one.required === true,
    type: typeOf(schema), meaning: meaningOf({ ...schema, ...descriptionOf(one) }),
  };
}

function descriptionOf({ description }: ParameterObject): { description?: string } {
  return description === undefined ? {} : { description };
}

/** The name that a reference ends with. */
function nameOf(reference: string | undefined): string | undefined {
  return reference?.split('/').at(-1);
}

function resolved(document: Document, schema: Schema): Schema {
  const name = nameOf(schema.$ref);
  return name === undefined ? schema : document.components?.schemas?.[name] ?? {};
}

/** The fields of an object; of a list's page and of a list, those of its items too. */
export function fieldsOf(document: Document, schema: Schema | undefined): Field[] {
  if (schema === undefined) return [];
  const { properties, required, allOf } = resolved(document, schema);
  const inherited = (allOf ?? []).flatMap((one) => fieldsOf(document, one));
  const own = Object.entries(properties ?? {}).flatMap(([name, one]): Field[] => {
    const { items } = resolved(document, one);
    const field: Field = {
      name, type: typeOf(one), isRequired: required?.includes(name) === true,
      meaning: meaningOf({ ...resolved(document, one), ...one }),
    };
    const inner = items === undefined ? [] : fieldsOf(document, shallow(document, items))
      .map((inside) => ({ ...inside, name: `${name}[].${inside.name}` }));
    return [field, ...inner];
  });
  const names = new Set(own.map(({ name }) => name));
  return [...inherited.filter(({ name }) => !names.has(name)), ...own];
}

/** Without the lists inside: one level is enough to read, and a schema may hold itself. */
function shallow(document: Document, schema: Schema): Schema {
  const { properties, allOf, ...rest } = resolved(document, schema);
  const flat = (one: Schema): Schema => {
    const { properties: inside } = resolved(document, one);
    return { properties: Object.fromEntries(Object.entries(inside ?? {})
      .map(([name, field]) => [name, withoutItems(field)])) };
  };
  return {
    ...rest,
    ...allOf === undefined ? {} : { allOf: allOf.map(flat) },
    ...properties === undefined ? {} : { properties: flat({ properties }).properties ?? {} },
  };
}

function withoutItems(schema: Schema): Schema {
  const { items, ...rest } = schema;
  return items === undefined ? schema : { ...rest, type: `${typeOf(items)}[]` };
}

/** A type in a word or two. */
function typeOf(schema: Schema): string {
  const name = nameOf(schema.$ref);
  if (name !== undefined) return name;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(typeOf).join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map(typeOf).join(' & ');
  if (schema.enum !== undefined) return schema.enum.map(String).join(' | ');
  if (schema.items !== undefined) return `${typeOf(schema.items)}[]`;
  const { type = 'object' } = schema;
  return typeof type === 'string' ? type : type.join(' | ');
}

function meaningOf({ description, default: initial, example }: Schema): string {
  return [
    description,
    initial === undefined ? undefined : `${String(initial)} when not given`,
    example === undefined ? undefined : `such as ${textOf(example)}`,
  ].filter((one) => one !== undefined).join('; ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What somebody typed for each parameter, by name. */
export type Values = Readonly<Record<string, string>>;

/** The first parameter that must be there and is not. */
export function missingIn({ parameters }: Route, values: Values): string | undefined {
  return parameters.find(({ name, isRequired }) => isRequired && (values[name] ?? '').trim() === '')
    ?.name;
}

/** The path to ask, with values in their places; what is empty is left out. */
export function pathWith({ path, parameters }: Route, values: Values): string {
  const value = (name: string): string => (values[name] ?? '').trim();
  const filled = path.replace(/\{(\w+)\}/g, (whole, name: string) => (
    value(name) === '' ? whole : encodeURIComponent(value(name))));
  const query = new URLSearchParams(parameters
    .filter(({ name, where }) => where === 'query' && value(name) !== '')
    .map(({ name }): [string, string] => [name, value(name)])).toString();
  return query === '' ? filled : `${filled}?${query}`;
}

/** The same for a shell. */
export function curlOf(route: Route, origin: string, values: Values = {}): string {
  const parts = ['curl'];
  if (route.path === '/api/events') parts.push('-N');
  if (route.needsToken) parts.push('-H "Authorization: Bearer $(cat dashboard-token)"');
  for (const { name, where } of route.parameters) {
    if (where === 'header') parts.push(`-H '${name}: …'`);
  }
  if (route.method !== 'GET') {
    const names = route.body.filter(({ isRequired, name }) => isRequired && !name.includes('['));
    const body = `{${names.map(({ name }) => `"${name}": "…"`).join(', ')}}`;
    parts.push("-H 'Content-Type: application/json'", `-d '${body}'`);
  }
  return [...parts, quoted(`${origin}${pathWith(route, values)}`)].join(' ');
}

/** Nothing that somebody typed ends the quotation. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
