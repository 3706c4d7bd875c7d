import { spawn } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Process, repository, toProcess } from './autotrader.ts';

export interface Prometheus {
  readonly url: string;
  readonly process: Process;
  get(path: string): Promise<PrometheusReply>;
  query(promql: string): Promise<PrometheusReply['data']['result']>;
}

/** What Prometheus' HTTP API answers, as far as these tests read it; which parts are there depends on the path. */
export interface PrometheusReply {
  readonly status: string;
  readonly data: {
    readonly activeTargets: readonly { readonly health: string }[];
    readonly groups: readonly PrometheusRuleGroup[];
    readonly result: readonly { metric: Record<string, string>; value: [number, string] }[];
  };
}

export interface PrometheusRuleGroup {
  readonly file: string;
  readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
}

/** The shipped configuration and rules in `folder`, with another target and a quicker pace, on a free port. */
export async function startPrometheus(binary: string, folder: string, target: string): Promise<Prometheus> {
  const source = join(repository, 'deploy', 'prometheus');
  await cp(source, folder, { recursive: true });
  const shipped = await readFile(join(folder, 'prometheus.yml'), 'utf8');
  await writeFile(join(folder, 'prometheus.yml'), adapt(shipped, target));
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
    '--enable-feature=exemplar-storage',
  ];
  const child = spawn(binary, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const running = toProcess(child);
  const address = await running.stderr.first('Prometheus listening', (line) => {
    return /msg="Listening on" address=(\S+)/.exec(line)?.[1];
  });
  const url = `http://${address}`;
  const get = async (path: string) => {
    const response = await fetch(new URL(path, url));
    return (await response.json()) as PrometheusReply;
  };
  return {
    url,
    process: running,
    get,
    query: async (promql) => (await get(`/api/v1/query?query=${encodeURIComponent(promql)}`)).data.result,
  };
}

/** Another target, a quicker pace and nobody to notify; everything else as shipped. */
function adapt(shipped: string, target: string): string {
  const adapted = shipped
    .replace('scrape_interval: 15s', 'scrape_interval: 1s')
    .replace('evaluation_interval: 15s', 'evaluation_interval: 1s')
    .replace('127.0.0.1:9090"]', `${target}"]`)
    .replace(/^alerting:\n(?: .*\n)+/m, '');
  if (!adapted.includes(target) || adapted.includes('15s') || adapted.includes('alerting:')) {
    throw new Error('deploy/prometheus/prometheus.yml has another shape than this test knows');
  }
  return adapted;
}
