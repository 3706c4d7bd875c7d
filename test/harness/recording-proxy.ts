import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sources } from '@autotrader/sources';

export interface RecordingProxy {
  /** Takes the place of the simulator's own address. */
  readonly url: string;
  readonly count: number;
  close(): Promise<void>;
}

/** Stands before a simulator and keeps every reply as if the real host had given it. */
export async function startRecordingProxy(simulatorUrl: string, folder: string): Promise<RecordingProxy> {
  let count = 0;
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    const reply = await fetch(new URL(path, simulatorUrl));
    const body = await reply.text();
    const [, source = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(path) ?? [];
    const declared = sources.find(({ name }) => name === source);
    if (declared !== undefined) {
      count += 1;
      const exchange = {
        request: { method: 'GET', url: `${declared.baseUrl}${rest}` },
        response: { status: reply.status, headers: Object.fromEntries(reply.headers), body },
        recorded_at: '2026-01-02T03:04:05.000Z',
      };
      await writeFile(join(folder, `${source}-${String(count).padStart(3, '0')}.http.json`), JSON.stringify(exchange));
    }
    response
      .writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? 'application/json' })
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get count() {
      return count;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
