// A small service that a test starts as a process of its own, to send it SIGHUP.
import { getLogger } from '../logs/logger.ts';
import { initObservability } from './init-observability.ts';

const [config = '', how = 'plain'] = process.argv.slice(2);
await initObservability({ config, env: {} });
const log = getLogger('app');
if (how === 'own-handler') process.on('SIGHUP', () => log.warning('handled_by_application'));
const alive = setInterval(() => undefined, 1_000);
if (how === 'unheld') alive.unref();
log.warning('ready', { pid: process.pid });
