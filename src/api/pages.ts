/**
 * The built page: files that are read once and served from memory.
 *
 * Owns: which addresses are pages, types, compression, caching. No request names a file, so none
 * can leave the folder.
 * Does not own: what is in the files (`web/`).
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ProblemWords } from './problem.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

/** The addresses that show the page, which looks at them itself (`web/routes.ts`). */
const PAGE = new RegExp('^/(chain|pending|mining|peers|propagation|wallet|screen|learn|api'
  + '|block/[^/]{1,128}|payment/[^/]{1,128}|address/[^/]{1,128})?$');
/** Files with a digest in their name never change. */
const HASHED = /-[\w-]{8,}\.\w+$/;

interface File {
  readonly type: string;
  readonly bytes: Buffer;
  readonly isHashed: boolean;
  /** Made when somebody asks for it. */
  gzip: Buffer | undefined;
}

export class Pages {
  readonly #files: ReadonlyMap<string, File>;

  /** `folder` may be missing: then only the API is there. */
  constructor(folder: string) {
    this.#files = readFiles(folder);
  }

  /** Answers, or gives the reason why there is no answer. */
  serve(request: IncomingMessage, response: ServerResponse): ProblemWords | undefined {
    if (request.method === 'POST') {
      return { status: 405, code: 'bad-method', detail: 'Pages are only read.' };
    }
    const [path = ''] = (request.url ?? '').split('?', 1);
    const index = this.#files.get('/index.html');
    const isPage = PAGE.test(path);
    const file = isPage ? index : this.#files.get(path);
    if (file === undefined) {
      // A person gets the page, which says what to do; a program gets the reason.
      if (index !== undefined && isPerson(request)) {
        send(request, response, { file: index, status: 404 });
        return undefined;
      }
      return this.#files.size === 0
        ? {
          status: 404, code: 'no-pages', detail: 'The page was not built; the API is at /api.',
          next: 'npm run build',
        }
        : { status: 404, code: 'no-such-page', detail: 'There is no such page.' };
    }
    send(request, response, { file, status: 200 });
    return undefined;
  }
}

/** A browser that follows a link, or somebody's fingers. */
function isPerson({ headers }: IncomingMessage): boolean {
  return /\btext\/html\b/.test(String(headers.accept ?? ''));
}

function send(
  request: IncomingMessage, response: ServerResponse,
  { file, status }: { readonly file: File; readonly status: number },
): void {
  const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  if (takesGzip) file.gzip ??= gzipSync(file.bytes, { level: 9 });
  const body = takesGzip ? file.gzip! : file.bytes;
  response.writeHead(status, {
    'content-type': file.type,
    'content-length': body.length,
    'vary': 'accept-encoding',
    'cache-control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(takesGzip ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function readFiles(folder: string): Map<string, File> {
  const files = new Map<string, File>();
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch {
    return files;
  }
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(path)];
    if (!entry.isFile() || type === undefined) continue;
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(name, {
      type, bytes: readFileSync(path), isHashed: HASHED.test(name), gzip: undefined,
    });
  }
  return files;
}
