import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packFolder } from './tarball.ts';

interface Installed {
  readonly version: string;
  readonly folder: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** A registry on loopback that offers what is installed below `folders` and knows nothing else. */
export async function startNpmRegistry(folders: readonly string[]): Promise<{ url: string; close(): void }> {
  const packages = new Map<string, Installed[]>();
  for (const folder of folders) collect(folder, packages);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1);
    const [name = '', version] = path.split('/-/');
    const found = packages.get(name);
    if (found === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
    } else if (version === undefined) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(toPackument(name, found, urlOf())));
    } else {
      const wanted = found.find((one) => `${one.version}.tgz` === version);
      if (wanted === undefined) response.writeHead(404).end();
      else response.end(packFolder(wanted.folder));
    }
  });
  const urlOf = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: urlOf(),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Links are our own packages: they are not what a registry has. */
function collect(folder: string, packages: Map<string, Installed[]>): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.name.startsWith('@')) collect(path, packages);
    else addPackage(path, packages);
  }
}

function addPackage(folder: string, packages: Map<string, Installed[]>): void {
  collect(join(folder, 'node_modules'), packages);
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  const known = packages.get(manifest.name) ?? [];
  if (known.some(({ version }) => version === manifest.version)) return;
  packages.set(manifest.name, [...known, { version: manifest.version, folder, manifest: { ...manifest } }]);
}

function toPackument(name: string, versions: readonly Installed[], url: string): object {
  const entries = versions.map(({ version, manifest }) => [
    version,
    // A loopback registry runs nobody's install scripts.
    { ...manifest, scripts: undefined, dist: { tarball: `${url}/${name}/-/${version}.tgz` } },
  ]);
  return { name, 'dist-tags': { latest: versions[0]?.version }, versions: Object.fromEntries(entries) };
}
