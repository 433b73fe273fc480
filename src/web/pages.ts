/**
 * The pages by their names; each is fetched when somebody goes there.
 */
import type { ComponentType } from 'preact';
import type { PageName, PageProps } from './routes.ts';

interface PageModule {
  readonly Page: ComponentType<PageProps>;
}

/** A page module exports `Page`, whose first element is a `PageHead`. */
export const PAGES: Readonly<Partial<Record<PageName, () => Promise<PageModule>>>> = {
  live: () => import('./pages/live.tsx'),
  chain: () => import('./pages/chain.tsx'),
  block: () => import('./pages/block.tsx'),
  payment: () => import('./pages/payment.tsx'),
  address: () => import('./pages/address.tsx'),
  pending: () => import('./pages/pending/page.tsx'),
  mining: () => import('./pages/mining/page.tsx'),
  peers: () => import('./pages/peers/page.tsx'),
  propagation: () => import('./pages/propagation/page.tsx'),
  wallet: () => import('./pages/wallet/page.tsx'),
  screen: () => import('./pages/screen/page.tsx'),
  learn: () => import('./pages/learn/page.tsx'),
  api: () => import('./pages/api/page.tsx'),
};
