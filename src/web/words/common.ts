/**
 * The texts of what is around and on every page, in English.
 */
import type { PageName } from '../routes.ts';

export const NAV: readonly (readonly [page: PageName, href: string, label: string])[] = [
  ['live', '/', 'Live'],
  ['chain', '/chain', 'Chain'],
  ['pending', '/pending', 'Pending'],
  ['mining', '/mining', 'Mining'],
  ['peers', '/peers', 'Peers'],
  ['propagation', '/propagation', 'Propagation'],
  ['wallet', '/wallet', 'Wallet'],
  ['learn', '/learn', 'Learn'],
  ['api', '/api', 'API'],
];

export const COMMON = {
  product: 'Minimum Viable Blockchain',
  skip: 'Skip to the page',
  menu: 'Menu',
  navigation: 'Pages',
  loading: 'Loading',
  copied: 'Copied',
  copy: (what: string) => `Copy ${what}`,
  coin: 'coins',
  ago: (age: string) => `${age} ago`,
  nameless: 'nameless',
  thisNode: 'this node',
  showTable: 'Show as a table',
  hideTable: 'Hide the table',
  json: 'JSON',
  csv: 'CSV',
  tryAgain: 'Try again',
  older: 'Older',
  newer: 'Newest',
  next: 'What to do:',
  notFound: 'There is no such page',
  notFoundWhy: 'The address may be mistyped, or from another version of this program.',
  notFoundNext: 'Go to the first page',
  pageFailed: 'The page could not be loaded',
  pageFailedNext: 'Reload the page. If the miner was updated meanwhile, that brings the new page.',
} as const;

export const THEME_LABELS = {
  auto: 'Colours: as the system',
  dark: 'Colours: dark',
  light: 'Colours: light',
} as const;

export const SEARCH = {
  label: 'Search for a block, payment, address or name',
  placeholder: 'Height, id, address, name',
  nothing: (text: string) => `Nothing here is called “${text}”.`,
  nothingNext: 'Try a height such as 12, or at least six digits of an id.',
  many: 'Several things fit:',
} as const;

export const BANNER = {
  lost: 'The miner does not answer. What you see is what was known before. Trying again…',
  syncing: (count: string) => `The chain is being fetched: ${count} to go.`,
  signInFailed: (why: string) => `You are not signed in: ${why}`,
} as const;

export const FOOT = {
  network: 'Network',
  readOnly: 'read-only',
  own: 'This page asks nobody but your own miner.',
  screen: 'For a projector',
  signOut: 'Sign out of this browser',
} as const;
