/**
 * How a route is declared: its path, what it takes, what it gives, and the function between.
 *
 * Owns: validation by the schema, CSV, the token, and what all routes have in common in the OpenAPI
 * document.
 * Does not own: any route.
 */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { csvOf } from '../csv-answer.ts';
import { ProblemError, problemResponse } from '../problem.ts';
import { ListQuery, Problem } from '../schema/common.ts';
import type { Page } from '../schema/common.ts';
import type { SignIn } from '../sign-in.ts';

type Fields = z.ZodObject;
type Read<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a route's function is given: everything has the form that the schema says. */
export interface Asked<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The request has the token. */
  readonly isOwner: boolean;
  header(name: string): string | undefined;
}

interface Common<Params extends Fields | undefined, Query extends Fields | undefined> {
  /** As the client calls it; unique. */
  readonly name: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  /** One line. */
  readonly summary: string;
  readonly group: 'chain' | 'node' | 'wallet';
  readonly params?: Params;
  readonly query?: Query;
  /** The token is needed. */
  readonly isOwn?: boolean;
}

interface GetRoute<
  Params extends Fields | undefined, Query extends Fields | undefined, Answer extends z.ZodType,
> extends Common<Params, Query> {
  readonly answer: Answer;
  readonly handle: (
    asked: Asked<Read<Params>, Read<Query>, undefined>,
  ) => z.output<Answer> | Promise<z.output<Answer>>;
}

interface ListRoute<Params extends Fields | undefined, Item extends Fields>
  extends Common<Params, undefined> {
  readonly item: Item;
  /** The page, as the document names it. */
  readonly answer: z.ZodType;
  readonly handle: (
    asked: Asked<Read<Params>, z.output<typeof ListQuery>, undefined>,
  ) => Page<z.output<Item>> | Promise<Page<z.output<Item>>>;
}

interface PostRoute<Body extends z.ZodType, Answer extends z.ZodType>
  extends Common<undefined, undefined> {
  readonly body: Body;
  readonly answer: Answer;
  /** 200 when not given; 201 when something is made. */
  readonly status?: 200 | 201;
  readonly headers?: Fields;
  readonly handle: (
    asked: Asked<undefined, undefined, z.output<Body>>,
  ) => z.output<Answer> | Promise<z.output<Answer>>;
}

/** Collects routes into an application and its document. */
export class Routes {
  readonly app: OpenAPIHono;
  readonly #signIn: SignIn;

  constructor(signIn: SignIn) {
    this.#signIn = signIn;
    this.app = new OpenAPIHono({
      defaultHook: (result) => (result.success ? undefined : problemResponse({
        status: 400, code: 'bad-request', detail: wordsOf(result.error),
        next: 'look at what the route takes: /api',
      })),
    });
    this.app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
      type: 'http', scheme: 'bearer',
      description: 'the content of the file `dashboard-token` in the data directory',
    });
  }

  get<
    Answer extends z.ZodType,
    Params extends Fields | undefined = undefined, Query extends Fields | undefined = undefined,
  >(route: GetRoute<Params, Query, Answer>): this {
    const { params, query, answer } = route;
    this.app.openapi(createRoute({
      ...this.#common(route, 'get'),
      request: { ...(params ? { params } : {}), ...(query ? { query } : {}) },
      responses: { 200: json(answer, route.summary), ...problems(route) },
    }), (async (context: Context) => {
      const asked = this.#asked<Read<Params>, Read<Query>, undefined>(context, route);
      return context.json(await route.handle(asked) as object);
    }) as never);
    return this;
  }

  list<Item extends Fields, Params extends Fields | undefined = undefined>(
    route: ListRoute<Params, Item>,
  ): this {
    const { params, item } = route;
    const content = {
      ...json(route.answer, route.summary).content,
      'text/csv': { schema: z.string() },
    };
    this.app.openapi(createRoute({
      ...this.#common(route, 'get'),
      request: { ...(params ? { params } : {}), query: ListQuery },
      responses: { 200: { description: route.summary, content }, ...problems(route) },
    }), (async (context: Context) => {
      const asked = this.#asked<Read<Params>, z.output<typeof ListQuery>, undefined>(
        context, route,
      );
      const page = await route.handle(asked);
      if (asked.query.format === 'json') return context.json(page);
      const name = route.path.split('/').filter((word) => /^[a-z]+$/.test(word)).at(-1) ?? 'list';
      return context.body(csvOf(item, page.items as readonly object[]), 200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${name}.csv"`,
        ...(page.next === null ? {} : { 'x-next-cursor': page.next }),
      });
    }) as never);
    return this;
  }

  post<Body extends z.ZodType, Answer extends z.ZodType>(route: PostRoute<Body, Answer>): this {
    const { body, answer, headers, status = 200 } = route;
    this.app.openapi(createRoute({
      ...this.#common(route, 'post'),
      request: {
        body: { required: true, content: { 'application/json': { schema: body } } },
        ...(headers ? { headers } : {}),
      },
      responses: { [status]: json(answer, route.summary), ...problems(route, true) },
    }), (async (context: Context) => {
      const asked = this.#asked<undefined, undefined, z.output<Body>>(context, route);
      return context.json(await route.handle(asked) as object, status);
    }) as never);
    return this;
  }

  #common(route: Common<Fields | undefined, Fields | undefined>, method: 'get' | 'post') {
    const needsToken = route.isOwn === true;
    return {
      method, path: route.path, operationId: route.name, summary: route.summary,
      tags: [route.group],
      ...(needsToken ? { security: [{ token: [] }] } : {}),
      // Before anything of the request is looked at: strangers learn nothing from what is wrong.
      middleware: [async (context: Context, next: () => Promise<void>) => {
        if (needsToken) this.#signIn.requireOwner(context.req.header('authorization'));
        if (method === 'post') requireJson(context);
        await next();
      }],
    };
  }

  #asked<Params, Query, Body>(
    { req }: Context, route: Common<Fields | undefined, Fields | undefined>,
  ): Asked<Params, Query, Body> {
    const valid = (target: string): unknown =>
      (req.valid as (target: string) => unknown)(target);
    return {
      params: valid('param') as Params,
      query: valid('query') as Query,
      body: valid('json') as Body,
      isOwner: route.isOwn === true || this.#signIn.isOwner(req.header('authorization')),
      header: (name) => req.header(name),
    };
  }
}

function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** The answers that say no; those to requests that are not looked at are `guard.ts`'s. */
function problems(
  { params, isOwn = false }: Common<Fields | undefined, Fields | undefined>, isPost = false,
) {
  const problem = (description: string) =>
    ({ description, content: { 'application/problem+json': { schema: Problem } } });
  return {
    400: problem('the request has not the form that this takes'),
    401: problem(isOwn ? 'the token is missing or wrong' : 'there is a token, and it is wrong'),
    ...(isOwn || isPost ? { 403: problem('not allowed, as where there is no wallet') } : {}),
    ...(params === undefined ? {} : { 404: problem('nothing here has this name') }),
    ...(isOwn || params !== undefined ? { 409: problem('not as things are') } : {}),
    ...(isPost ? {
      411: problem('the body came without its length'), 413: problem('the body is too large'),
      415: problem('the body is not JSON'),
    } : {}),
    ...(isOwn ? { 422: problem('a rule says no') } : {}),
    429: problem('too many requests'),
    ...(isOwn ? { 503: problem('the disk or another program is in the way') } : {}),
  };
}

/** A page of another site can only send other kinds without asking first. */
function requireJson({ req }: Context): void {
  if (/^application\/json\s*(;|$)/i.test(req.header('content-type') ?? '')) return;
  throw new ProblemError({
    status: 415, code: 'not-json', detail: 'The body must be JSON.',
    next: 'send it with content-type: application/json',
  });
}

/** What is wrong with a request, without repeating what was in it. */
function wordsOf({ issues }: { readonly issues: readonly z.core.$ZodIssue[] }): string {
  const [first] = issues;
  if (first === undefined) return 'The request is not understood.';
  const name = first.path.join('.');
  const what = first.code === 'unrecognized_keys'
    ? 'there is a field that this does not take' : first.message;
  return name === '' ? `${what}.` : `${name}: ${what}.`;
}
