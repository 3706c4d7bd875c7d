import { spawn } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { type Process, repository, toProcess } from './autotrader.ts';

export interface Prometheus {
  readonly url: string;
  readonly process: Process;
  get(path: string): Promise<PrometheusReply>;
  query(promql: string): Promise<readonly { metric: Record<string, string>; value: [number, string] }[]>;
}

// biome-ignore lint/suspicious/noExplicitAny: replies of another program, whose shape each test asserts
export type PrometheusReply = { status: string; data: any };

/** The shipped configuration and rules in `folder`, with another target and a quicker pace, on a free port. */
export async function startPrometheus(binary: string, folder: string, target: string): Promise<Prometheus> {
  const source = join(repository, 'deploy', 'prometheus');
  await cp(source, folder, { recursive: true });
  const config = parseDocument(await readFile(join(folder, 'prometheus.yml'), 'utf8'));
  config.setIn(['global', 'scrape_interval'], '1s');
  config.setIn(['global', 'evaluation_interval'], '1s');
  config.setIn(['scrape_configs', 0, 'static_configs', 0, 'targets'], [target]);
  config.delete('alerting');
  await writeFile(join(folder, 'prometheus.yml'), String(config));
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
