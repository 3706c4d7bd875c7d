import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiClient, createClient, type ScanRecordView } from '@autotrader/contracts';
import type { Simulator } from '@autotrader/simulator';
import { type Process, startAutotrader } from './autotrader.ts';
import { eventually } from './eventually.ts';

export interface SystemOptions {
  readonly folder: string;
  /** A simulator of the test, whose faults it controls; left out, the system brings its own. */
  readonly simulator?: Pick<Simulator, 'url'>;
  /** Lines below `autotrader:` that take the place of the shipped settings. */
  readonly settings?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export interface System {
  readonly process: Process;
  readonly apiUrl: string;
  readonly metricsUrl: string;
  readonly client: ApiClient;
  scrape(accept?: string): Promise<string>;
  /** Asks for scans and waits until each of them has ended. */
  scanAndWait(symbols?: string[], timeoutMs?: number): Promise<readonly ScanRecordView[]>;
}

/** `autotrader up` on free ports, ready to be asked. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { folder, simulator, settings, env = {}, args = [] } = options;
  const lines = [settings ?? '', simulator === undefined ? '' : `  simulator: { url: '${simulator.url}' }`].join('\n');
  const own: Record<string, string> = {};
  if (lines.trim() !== '') {
    own['AUTOTRADER_CONFIG'] = join(folder, 'test-settings.yaml');
    await writeFile(own['AUTOTRADER_CONFIG'], `autotrader:\n${lines}\n`);
  }
  const running = startAutotrader(['up', '--port', '0', '--metrics-port', '0', ...args], {
    cwd: folder,
    env: { ...own, ...env },
  });
  try {
    const apiUrl = await listeningUrl(running, 'api');
    const metricsUrl = await listeningUrl(running, 'metrics');
    return toSystem({ running, apiUrl, metricsUrl, token: env['AUTOTRADER_API_TOKEN'] });
  } catch (error) {
    running.kill('SIGKILL');
    throw error;
  }
}

export async function listeningUrl(running: Process, listener: string): Promise<string> {
  const line = await running.event('listening', (log) => log['listener'] === listener);
  return String(line['url']);
}

interface SystemParts {
  readonly running: Process;
  readonly apiUrl: string;
  readonly metricsUrl: string;
  readonly token: string | undefined;
}

function toSystem({ running, apiUrl, metricsUrl, token }: SystemParts): System {
  const client = createClient({ baseUrl: apiUrl, fetch, ...(token === undefined ? {} : { token }) });
  return {
    process: running,
    apiUrl,
    metricsUrl,
    client,
    async scrape(accept = 'text/plain;version=0.0.4') {
      const response = await fetch(new URL('/metrics', metricsUrl), { headers: { accept } });
      if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
      return response.text();
    },
    async scanAndWait(symbols, timeoutMs = 20_000) {
      const { scans } = await client.requestScans(symbols === undefined ? {} : { symbols });
      return Promise.all(
        scans.map(({ id }) =>
          eventually(
            `the end of scan ${id}`,
            async () => {
              const record = await client.scan(id);
              return record.result === null ? undefined : record;
            },
            timeoutMs,
          ),
        ),
      );
    },
  };
}
