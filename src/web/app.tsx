/**
 * The page that the browser's address names, within what is around every page.
 */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Layout } from './components/layout.tsx';
import { PageHead } from './components/page.tsx';
import { ErrorNote, Skeleton } from './components/state.tsx';
import { PAGES } from './pages.ts';
import { place } from './router.ts';
import { routeOf } from './routes.ts';
import type { PageName, PageProps } from './routes.ts';
import { COMMON } from './words/common.ts';

interface Fetched {
  readonly page: PageName;
  readonly Page?: ComponentType<PageProps>;
  readonly error?: Error;
}

export function App() {
  const { path } = place.value;
  const route = routeOf(path);
  const page = route?.page;
  const [fetched, setFetched] = useState<Fetched | undefined>(undefined);
  useEffect(() => {
    const load = page === undefined ? undefined : PAGES[page];
    if (page === undefined || load === undefined) return undefined;
    let isCurrent = true;
    load().then(({ Page }): Fetched => ({ page, Page }), () => (
      { page, error: new Error(`${COMMON.pageFailed}. ${COMMON.pageFailedNext}`) }
    )).then((next) => {
      if (isCurrent) setFetched(next);
    });
    return () => {
      isCurrent = false;
    };
  }, [page]);
  return <Layout page={page}><Content fetched={fetched} path={path} /></Layout>;
}

interface ContentProps {
  readonly fetched: Fetched | undefined;
  readonly path: string;
}

function Content({ fetched, path }: ContentProps) {
  const route = routeOf(path);
  if (route === undefined || PAGES[route.page] === undefined) return <NotFound />;
  if (fetched?.page !== route.page) return <Skeleton lines={6} />;
  const { Page, error } = fetched;
  if (Page === undefined) {
    const reload = (): void => window.location.reload();
    return <ErrorNote error={error!} onRetry={reload} />;
  }
  // Another block is another page, though the same component: its state must not stay.
  return <Page key={path} params={route.params} />;
}

function NotFound() {
  return (
    <>
      <PageHead title={COMMON.notFound} about={COMMON.notFoundWhy} />
      <p><a class="button" href="/">{COMMON.notFoundNext}</a></p>
    </>
  );
}
