/**
 * JSON held against a schema of an OpenAPI 3.1 document.
 *
 * Owns: the words of JSON Schema that the document has; another one is an error, so that no word is
 * passed over. Strict: a field that is not declared is a fault, too.
 * Does not own: the document.
 */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly default?: unknown;
}

const WORDS = new Set(['$ref', 'type', 'properties', 'required', 'additionalProperties', 'items',
  'enum', 'anyOf', 'oneOf', 'allOf', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength',
  // These say nothing about what is right.
  'description', 'example', 'examples', 'format', 'default', 'title']);

/** What a reference of the document stands for. Throws when it stands for nothing. */
export function resolve(document: object, reference: string): unknown {
  if (!reference.startsWith('#/')) throw new Error(`${reference} leads out of the document`);
  let value: unknown = document;
  for (const step of reference.slice(2).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      throw new Error(`${reference} leads nowhere`);
    }
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** What is wrong with the value, each with its place. */
export function faultsOf(
  document: object, schema: Schema, value: unknown, place = '$',
): string[] {
  const unknown = Object.keys(schema).filter((word) => !WORDS.has(word));
  if (unknown.length > 0) return [`${place}: the schema says ${unknown.join(', ')}`];
  const inner = (one: Schema, at = place, of = value): string[] =>
    faultsOf(document, one, of, at);
  if (schema.$ref !== undefined) return inner(resolve(document, schema.$ref) as Schema);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    const all = choices.map((one) => inner(one));
    return all.some((faults) => faults.length === 0) ? [] : all.flat();
  }
  if (schema.allOf !== undefined) return allOf(document, schema, value, place);
  const types = schema.type === undefined ? [] : [schema.type].flat() as string[];
  if (types.length > 0 && !types.some((type) => isOf(type, value))) {
    return [`${place}: ${JSON.stringify(value)} is not ${types.join(' or ')}`];
  }
  const faults: string[] = [];
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    faults.push(`${place}: ${JSON.stringify(value)} is none of ${schema.enum.join(', ')}`);
  }
  if (typeof value === 'string') faults.push(...textFaults(schema, value, place));
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)) {
      faults.push(`${place}: ${value} is out of range`);
    }
  }
  if (Array.isArray(value) && schema.items !== undefined) {
    value.forEach((one, index) => faults.push(...inner(schema.items!, `${place}[${index}]`, one)));
  } else if (isOf('object', value)) {
    faults.push(...fieldFaults(document, schema, value as Record<string, unknown>, place));
  }
  return faults;
}

/** Objects of which each part names some fields. */
function allOf(document: object, schema: Schema, value: unknown, place: string): string[] {
  const parts = schema.allOf!.map((one) =>
    (one.$ref === undefined ? one : resolve(document, one.$ref) as Schema));
  if (parts.length === 1) return faultsOf(document, parts[0]!, value, place);
  const properties = Object.assign({}, ...parts.map((one) => one.properties ?? {})) as object;
  const required = parts.flatMap((one) => one.required ?? []);
  return faultsOf(document, { type: 'object', properties: properties as never, required }, value,
    place);
}

function textFaults({ pattern, minLength, maxLength }: Schema, value: string, place: string) {
  const faults: string[] = [];
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) {
    faults.push(`${place}: ${JSON.stringify(value)} is not ${pattern}`);
  }
  if (value.length < (minLength ?? 0) || value.length > (maxLength ?? Infinity)) {
    faults.push(`${place}: a text of ${value.length}`);
  }
  return faults;
}

function fieldFaults(
  document: object, schema: Schema, value: Readonly<Record<string, unknown>>, place: string,
): string[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const faults = required.filter((name) => !Object.hasOwn(value, name))
    .map((name) => `${place}: ${name} is missing`);
  for (const [name, one] of Object.entries(value)) {
    const field = properties[name];
    if (field !== undefined) faults.push(...faultsOf(document, field, one, `${place}.${name}`));
    else if (typeof additionalProperties === 'object') {
      faults.push(...faultsOf(document, additionalProperties, one, `${place}.${name}`));
    } else faults.push(`${place}: ${name} is not declared`);
  }
  return faults;
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null': return value === null;
    case 'array': return Array.isArray(value);
    case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer': return Number.isInteger(value);
    default: return typeof value === type;
  }
}
