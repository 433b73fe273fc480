/**
 * The application: all routes, their document, and what is said when none fits.
 *
 * Owns: putting them together.
 * Does not own: sockets (`server.ts`), the event stream's answer (`event-feed.ts`).
 */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Clock, Log } from '../ports.ts';
import type { EventFeed } from './event-feed.ts';
import { Metrics } from './metrics.ts';
import type { Observed } from './observed/observed.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { addChainRoutes } from './routes/chain-routes.ts';
import { addNodeRoutes } from './routes/node-routes.ts';
import { Routes } from './routes/route.ts';
import { addWalletRoutes } from './routes/wallet-routes.ts';
import { Problem } from './schema/common.ts';
import { EVENTS } from './schema/events.ts';
import { Health } from './schema/network.ts';
import type { SignIn } from './sign-in.ts';
import type { ApiSource } from './source.ts';
import type { BlockView } from './views/block-view.ts';
import { PaymentView } from './views/payment-view.ts';
import { healthJson } from './views/status-view.ts';

export interface AppParts {
  readonly source: ApiSource;
  readonly observed: Observed;
  readonly blocks: BlockView;
  readonly feed: EventFeed;
  readonly signIn: SignIn;
  readonly clock: Clock;
}

const METHODS = ['GET', 'HEAD', 'POST'] as const;

export function createApp(parts: AppParts): OpenAPIHono {
  const { source, observed, blocks, signIn, clock } = parts;
  const payments = new PaymentView(source, observed);
  const routes = new Routes(signIn);
  const { app } = routes;
  app.use(async (context, next) => {
    await next();
    if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store');
  });
  addChainRoutes(routes, { source, observed, blocks, payments, clock });
  addNodeRoutes(routes, { source, observed, clock });
  addWalletRoutes(routes, { source, payments, signIn, clock });
  describeEvents(app);
  addMachineRoutes(app, parts);
  addDocument(app, source.version);
  app.notFound(({ req }) => nothingAt(app, req.path));
  app.onError((error) => answerOf(error, source.log));
  return app;
}

/** `/metrics` and `/health`, for programs that watch. */
function addMachineRoutes(
  app: OpenAPIHono, { source, observed, feed, clock }: AppParts,
): void {
  const metrics = new Metrics(source, observed, { feed, clock });
  app.get('/metrics', async () => new Response(await metrics.text(), {
    headers: { 'content-type': metrics.contentType, 'cache-control': 'no-store' },
  }));
  app.get('/health', (context) => {
    const health = healthJson(source);
    return context.json(health, health.ok ? 200 : 503);
  });
  const health = (description: string) =>
    ({ description, content: { 'application/json': { schema: Health } } });
  app.openAPIRegistry.registerPath({
    method: 'get', path: '/health', operationId: 'health', tags: ['node'],
    summary: 'whether somebody should look',
    responses: { 200: health('all is well'), 503: health('somebody should look') },
  });
}

/** The stream is answered elsewhere; here it is only described. */
function describeEvents(app: OpenAPIHono): void {
  for (const [kind, schema] of Object.entries(EVENTS)) {
    app.openAPIRegistry.register(`Event_${kind}`, schema.openapi(`Event_${kind}`));
  }
  app.openAPIRegistry.registerPath({
    method: 'get', path: '/api/events', operationId: 'events', tags: ['node'],
    summary: 'what happens, as it happens',
    description: `Events of the kinds ${Object.keys(EVENTS).join(', ')}; the data of each is JSON.`,
    request: {
      headers: z.object({
        'last-event-id': z.string().optional()
          .openapi({ description: 'of the last event that was seen, to go on after it' }),
      }),
    },
    responses: {
      200: {
        description: 'an endless stream', content: { 'text/event-stream': { schema: z.string() } },
      },
      503: {
        description: 'as many pages listen as there may be',
        content: { 'application/problem+json': { schema: Problem } },
      },
    },
  });
}

function addDocument(app: OpenAPIHono, version: string): void {
  let text: string | undefined;
  app.get('/api/openapi.json', (context) => {
    text ??= JSON.stringify(app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Minimum viable blockchain', version, license: { name: 'MIT' },
        description: 'What a node knows, and its wallet. Amounts are coins as decimal text. Every '
          + 'route refuses foreign names of this server (421), pages of other sites (403), and '
          + 'methods that it does not have (405).',
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'chain', description: 'blocks, payments, addresses' },
        { name: 'node', description: 'this node and its neighbours' },
        { name: 'wallet', description: 'keys, payments and mining; needs the token' },
      ],
    }));
    return context.body(text, 200, { 'content-type': 'application/json' });
  });
}

/** 405 where another method would do, else 404. */
function nothingAt(app: OpenAPIHono, path: string): Response {
  const allowed = METHODS.filter((method) =>
    app.router.match(method === 'HEAD' ? 'GET' : method, path)[0]
      .some(([[, { path: pattern }]]) => !pattern.includes('*')));
  if (allowed.length > 0) {
    return problemResponse({
      status: 405, code: 'bad-method', detail: `Here only ${allowed.join(', ')} are understood.`,
    }, { allow: allowed.join(', ') });
  }
  return problemResponse({
    status: 404, code: 'no-such-route', detail: 'There is nothing at this address.',
    next: 'the routes are at /api',
  });
}

/** A fault of this program stays in it: who asks is told that there was one. */
function answerOf(error: Error, log: Log): Response {
  if (error instanceof ProblemError) return problemResponse(error.words);
  if ('getResponse' in error) {
    // Hono's own, such as for a body that is no JSON.
    return problemResponse({
      status: 400, code: 'bad-request', detail: 'The request is not understood.',
    });
  }
  log.error('The API could not answer', { reason: error.message });
  return problemResponse({
    status: 500, code: 'fault', detail: 'This program has a fault; its log says more.',
  });
}
