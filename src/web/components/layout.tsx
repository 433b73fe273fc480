/**
 * What is around every page: the way to the others, search, the state of the connection.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { announcement } from '../announce.ts';
import { formatNumber, shortBlockId } from '../format.ts';
import { connection, firstFailure, status } from '../live.ts';
import { place } from '../router.ts';
import type { PageName } from '../routes.ts';
import { isSignedIn, signInFailure, signOut } from '../session.ts';
import { changeTheme, theme } from '../theme.ts';
import { BANNER, COMMON, FOOT, NAV, THEME_LABELS } from '../words/common.ts';
import { Search } from './search.tsx';

interface LayoutProps {
  readonly page: PageName | undefined;
  readonly children: ComponentChildren;
}

export function Layout({ page, children }: LayoutProps) {
  // The projector's page has nothing around it.
  if (page === 'screen') return <main id="main">{children}<LiveRegion /></main>;
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>{COMMON.skip}</a>
      <Header page={page} />
      <Banners />
      <main id="main" class="main" tabIndex={-1}>{children}</main>
      <Footer />
      <LiveRegion />
    </>
  );
}

/** By hand: the address must stay as it is, because it can be sent to somebody. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function LiveRegion() {
  return <div class="unseen" role="status">{announcement.value}</div>;
}

function Header({ page }: { readonly page: PageName | undefined }) {
  const [isOpen, setOpen] = useState(false);
  const { path } = place.value;
  useEffect(() => setOpen(false), [path]);
  const name = status.value?.network ?? COMMON.product;
  return (
    <header class="top" data-open={isOpen ? '' : undefined}>
      <div class="top-inner">
        <a class="brand" href="/" title={COMMON.product}>
          <img src="/icon.svg" alt="" width="26" height="26" />
          <span>{name}</span>
        </a>
        <button
          type="button" class="button small menu-button" aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {COMMON.menu}
        </button>
        <nav class="nav" aria-label={COMMON.navigation}>
          {NAV.map(([name, href, label]) => (
            <a key={name} href={href} aria-current={name === page ? 'page' : undefined}>{label}</a>
          ))}
        </nav>
        <Search />
        <ThemeSwitch />
      </div>
    </header>
  );
}

const THEME_ICONS = {
  auto: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12',
  dark: 'M6.2 2.4A6 6 0 1 0 13.6 9.8 5 5 0 0 1 6.2 2.4z',
  light: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.4 1.4M11.6 11.6L13 13'
    + 'M13 3l-1.4 1.4M4.4 11.6L3 13',
} as const;

function ThemeSwitch() {
  const label = THEME_LABELS[theme.value];
  return (
    <button
      type="button" class="button small" onClick={changeTheme} title={label} aria-label={label}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path
          d={THEME_ICONS[theme.value]} stroke="currentColor" stroke-width="1.3"
          fill={theme.value === 'auto' ? 'none' : 'currentColor'} stroke-linecap="round"
        />
        {theme.value !== 'auto' ? null : <path d="M8 2a6 6 0 0 0 0 12z" fill="currentColor" />}
      </svg>
    </button>
  );
}

/** What is wrong with everything on the page; each goes when its reason has gone. */
function Banners() {
  const remaining = status.value?.sync_remaining ?? 0;
  const isLost = connection.value === 'lost' || firstFailure.value !== undefined;
  const failure = signInFailure.value;
  const texts = [
    isLost ? BANNER.lost : undefined,
    remaining > 0 ? BANNER.syncing(formatNumber(remaining)) : undefined,
    failure === undefined ? undefined : BANNER.signInFailed(failure.message),
  ].filter((text) => text !== undefined);
  // The region is there before its text, or screen readers would not read it.
  return (
    <div role="status">
      {texts.map((text) => <div key={text} class="banner"><p>{text}</p></div>)}
    </div>
  );
}

function Footer() {
  const known = status.value;
  return (
    <footer class="foot">
      <div class="foot-inner">
        <span>{FOOT.own}</span>
        {known === undefined ? null : (
          <span>
            {`mvb ${known.version} · ${FOOT.network} `}
            <code title={known.network_id}>{shortBlockId(known.network_id)}</code>
            {known.read_only ? ` · ${FOOT.readOnly}` : ''}
          </span>
        )}
        <a href="/screen">{FOOT.screen}</a>
        {isSignedIn.value ? (
          <button type="button" class="button small" onClick={signOut}>{FOOT.signOut}</button>
        ) : null}
      </div>
    </footer>
  );
}
