import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const isPrometheusInstalled = spawnSync('prometheus', ['--version']).status === 0;

export interface PrometheusOptions {
  /** Host and port by the name of the job. */
  readonly targets: Readonly<Record<string, string>>;
  /** What `--enable-feature` takes. */
  readonly features: readonly string[];
  /** Whether it takes remote write. @default false */
  readonly receives?: boolean;
}

export interface RunningPrometheus {
  readonly url: string;
  close(): Promise<void>;
}

/** A Prometheus of its own, on a free port, that scrapes every second. */
export async function startPrometheus({
  targets,
  features,
  receives = false,
}: PrometheusOptions): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const jobs = Object.entries(targets).map(([job_name, target]) => ({
    job_name,
    static_configs: [{ targets: [target] }],
  }));
  const file = join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: jobs }));
  const listen = ['--web.listen-address=127.0.0.1:0', `--enable-feature=${features.join(',')}`];
  if (receives) listen.push('--web.enable-remote-write-receiver');
  const child: ChildProcess = spawn(
    'prometheus',
    [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, ...listen],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const close = async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  if (child.stderr === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /msg="?Listening on"? address=(\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      child.stderr.resume();
      return { url: `http://${address}`, close };
    }
  }
  await close();
  throw new Error('Prometheus ended before it listened');
}

/** The values of an instant query by job. */
export async function queryPrometheus(url: string, promql: string): Promise<Record<string, number>> {
  const reply = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`);
  const { data } = (await reply.json()) as { data: { result: { metric: { job: string }; value: [number, string] }[] } };
  return Object.fromEntries(data.result.map(({ metric, value }) => [metric.job, Number(value[1])]));
}
