import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startNode } from './harness/autotrader.ts';
import { eventually } from './harness/eventually.ts';
import { openSimulator } from './harness/open-simulator.ts';
import { type System, startSystem } from './harness/system.ts';
import { useWorkFolder } from './harness/work-folder.ts';

/** A collector that accepts connections and never answers. */
async function startSilentCollector(): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Every source hangs, the collector hangs, and every worker is in the middle of a scan. */
async function startBusySystem(): Promise<System> {
  const simulator = await openSimulator({ seed: 4, faults: [{ fault: 'latency', options: { minMs: 15_000 } }] });
  onTestFinished(() => simulator.close());
  const system = await startSystem({
    folder: await useWorkFolder(),
    simulator,
    settings: "  scan: { every: 'off', deadline: 20s }",
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: await startSilentCollector() },
  });
  onTestFinished(async () => void (await system.process.stop('SIGKILL')));
  await system.client.requestScans();
  await eventually('a running scan', async () => {
    const { scans } = await system.client.scans({ status: 'running' });
    return scans.length > 0 || undefined;
  });
  return system;
}

it('stops within two seconds, exit 0, though sources and collector hang', async () => {
  const system = await startBusySystem();
  const ended = await system.process.stop('SIGTERM');
  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(ended.tookMs).toBeLessThan(2_200);
});

it('a second Ctrl-C ends it at once, exit 130', async () => {
  const system = await startBusySystem();
  system.process.kill('SIGINT');
  // Repeated, because one that follows the first at once is taken for the same key press.
  const again = setInterval(() => system.process.kill('SIGINT'), 150);
  onTestFinished(() => clearInterval(again));
  expect((await system.process.ended).code).toBe(130);
});

it('one Ctrl-C that arrives twice is one', async () => {
  const system = await startBusySystem();
  system.process.kill('SIGINT');
  const ended = await system.process.stop('SIGINT');
  expect(ended.code).toBe(0);
});

it('stops when the process that started it is killed, as the shell of `npm start` is', async () => {
  const cwd = await useWorkFolder();
  const main = fileURLToPath(new URL('../apps/cli/dist/main.js', import.meta.url));
  const args = JSON.stringify([main, 'up', '--port', '0', '--metrics-port', '0']);
  const shell = `require('node:child_process').spawn(process.execPath, ${args}, { stdio: 'inherit' })`;
  const parent = startNode(['-e', shell], { cwd, env: { npm_lifecycle_event: 'start' } });
  await parent.event('listening', (line) => line['listener'] === 'api');
  parent.kill('SIGKILL');
  await parent.event('telemetry_shutdown');
});
