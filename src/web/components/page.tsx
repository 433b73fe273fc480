/**
 * A page's heading and its title in the browser.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { status } from '../live.ts';
import { focusHeading } from '../router.ts';
import { COMMON } from '../words/common.ts';

interface PageHeadProps {
  /** Of the browser's tab and history too. */
  readonly title: string;
  /** What the page answers, in one sentence. */
  readonly about?: string | undefined;
  /** Beside the heading. */
  readonly children?: ComponentChildren;
}

export function PageHead({ title, about, children }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const height = status.value?.height;
  useEffect(() => {
    if (heading.current !== null) focusHeading(heading.current);
  }, []);
  useEffect(() => {
    const chain = height === undefined ? '' : ` · ${height}`;
    document.title = `${title}${chain} · ${COMMON.product}`;
  }, [title, height]);
  return (
    <div class="page-head">
      <div class="row spread">
        <h1 tabIndex={-1} ref={heading}>{title}</h1>
        {children}
      </div>
      {about === undefined ? null : <p class="muted">{about}</p>}
    </div>
  );
}
