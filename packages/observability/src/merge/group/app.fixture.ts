// An application as users write it: a cluster whose children have a worker thread each, and nothing about metrics but the two
// calls everybody makes.
import cluster from 'node:cluster';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { counter, initObservability, startMetricsServer } from '../../index.ts';

const work = counter({ name: 'work_total', help: 'Done.', labels: { where: ['primary', 'child', 'thread'] } });
const overrides = { service_name: 'app', logging: { level: 'ERROR' }, tracing: { enabled: false } };

if (!isMainThread) {
  await initObservability({ overrides });
  work.inc({ where: 'thread' }, 5);
  parentPort?.on('message', () => {});
  parentPort?.postMessage('counted');
} else if (cluster.isPrimary) {
  await initObservability({ overrides });
  work.inc({ where: 'primary' }, 1_000);
  const child = cluster.fork();
  child.on('message', (message) => process.send?.(message));
  child.on('exit', () => process.send?.('ended'));
  const { url } = await startMetricsServer({ port: 0 });
  process.on('message', (message: string) => child.send(message));
  process.send?.({ url });
} else {
  const { shutdown } = await initObservability({ overrides });
  work.inc({ where: 'child' }, 10);
  new Worker(new URL(import.meta.url)).on('message', () => process.send?.('counted'));
  process.on('message', (message) => {
    if (message !== 'finish') throw new Error('a message of the library');
    work.inc({ where: 'child' }, 7);
    void shutdown().then(() => process.kill(process.pid, 'SIGKILL'));
  });
}
