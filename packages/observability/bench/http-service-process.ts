import { parseArgs } from 'node:util';
import { createService, type Setup } from './http-service-apps.ts';

// The service of http-service.ts in a process of its own: tells its port, and on request what it counted and how much of the processor it used.
// Usage: node http-service-process.js bare|ours|peers [--collector <address>], with an IPC channel.
const { positionals, values } = parseArgs({ allowPositionals: true, options: { collector: { type: 'string' } } });
const service = await createService(positionals[0] as Setup, values.collector);
await service.app.listen({ port: 0, host: '127.0.0.1' });
const address = service.app.server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  void service.metrics().then((metrics) => process.send?.({ metrics, cpuMicros: user + system }));
});
// Whoever measures has gone: so do we.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.send?.({ port });
