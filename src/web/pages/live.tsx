/**
 * The first page: is it alive, and what happens next.
 */
import { PageHead } from '../components/page.tsx';

export function Page() {
  return <PageHead title="Live" />;
}
