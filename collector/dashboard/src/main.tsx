import { render } from 'preact';
import { App } from './app.tsx';
import { startClock } from './clock.ts';
import { applyTheme } from './theme.ts';

applyTheme();
startClock();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
