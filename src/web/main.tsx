/**
 * Starts the page.
 */
import { render } from 'preact';
import { App } from './app.tsx';
import { startLive } from './live.ts';
import { startRouter } from './router.ts';
import { startSession } from './session.ts';
import { startTheme } from './theme.ts';

startTheme();
startSession();
startRouter();
startLive();
render(<App />, document.getElementById('page')!);
