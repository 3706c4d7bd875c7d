import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AlertDefinition } from '../../deploy/alerts/define-alert.ts';

export interface NamedAlert {
  /** File name of the definition without its ending: `high-scan-error-rate`. */
  readonly slug: string;
  readonly alert: AlertDefinition;
}

const definingFile = 'define-alert.ts';

/** The folder is the registry: every file in deploy/alerts defines one alert. */
export async function readAlerts(root: string): Promise<NamedAlert[]> {
  const folder = join(root, 'deploy/alerts');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && file !== definingFile).sort();
  return await Promise.all(files.map((file) => readAlert(folder, file)));
}

async function readAlert(folder: string, file: string): Promise<NamedAlert> {
  const exported = Object.values((await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>);
  const [alert] = exported;
  if (exported.length !== 1 || !isAlert(alert)) throw new TypeError(`${file} must export one alert and nothing else`);
  return { slug: file.replace(/\.ts$/, ''), alert };
}

function isAlert(value: unknown): value is AlertDefinition {
  return typeof value === 'object' && value !== null && 'expr' in value && 'cases' in value;
}
