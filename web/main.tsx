import { render } from 'preact';
import { App } from './app.tsx';
import 'uplot/dist/uPlot.min.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/booking.css';
import './styles/executions.css';
import './styles/execution.css';
import './styles/monitor.css';

const place = document.getElementById('page');
if (place === null) throw new Error('index.html has no element #page');
render(<App />, place);
