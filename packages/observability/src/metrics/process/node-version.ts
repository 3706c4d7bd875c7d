import type { Registry } from '../registry.ts';
import type { ProcessPart } from './process-part.ts';

/** `nodejs_version_info{version,major,minor,patch} 1` */
export function createNodeVersionPart(registry: Registry): ProcessPart {
  const info = registry.gauge({
    name: 'nodejs_version_info',
    help: 'Always 1; its labels name the running Node.js.',
    labels: { version: { limit: 1 }, major: { limit: 1 }, minor: { limit: 1 }, patch: { limit: 1 } },
  });
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');

  return {
    name: 'nodejs_version',
    metrics: [info.name],
    collect: () => info.set({ version: process.version, major, minor, patch }, 1),
  };
}
