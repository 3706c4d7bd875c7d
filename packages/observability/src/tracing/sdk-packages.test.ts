import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSdkPackages } from './sdk-packages.ts';

const library = createRequire(import.meta.url);
const example = createRequire(fileURLToPath(new URL('../../../../examples/opentelemetry-3/main.mjs', import.meta.url)));

describe('the packages of the SDK', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sdk-packages-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const placeWith = (links: Readonly<Record<string, string>>): NodeJS.Require => {
    const scope = join(folder, 'node_modules/@opentelemetry');
    mkdirSync(scope, { recursive: true });
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(scope, name));
    return createRequire(join(folder, 'main.js'));
  };
  const rootOf = (name: string): string => {
    const path = library.resolve(`@opentelemetry/${name}`);
    return path.slice(0, path.indexOf(join('@opentelemetry', name)) + join('@opentelemetry', name).length);
  };
  const versionOf = (places: readonly NodeJS.Require[]): string => {
    const attributes = loadSdkPackages(places).defaultResource().attributes;
    return String(attributes['telemetry.sdk.version']);
  };

  it('are of the major that the application has, all of them', () => {
    expect(versionOf([library])).toMatch(/^2\./);
    expect(versionOf([example, library])).toMatch(/^3\./);
    const { api, TracerProvider } = loadSdkPackages([example, library]);
    expect(api.context).toHaveProperty('attach');
    expect(new TracerProvider({} as never).getTracer('x')).toHaveProperty('startSpan');
  });

  it('may be the older sdk-trace-base', () => {
    const place = placeWith({
      'sdk-trace-base': rootOf('sdk-trace-base'),
      'context-async-hooks': rootOf('context-async-hooks'),
    });
    expect(() => place.resolve('@opentelemetry/sdk-trace')).toThrow('Cannot find');
    expect(versionOf([place])).toMatch(/^2\./);
  });

  it('come from the next place when one has only part of them, or broken ones', () => {
    const place = placeWith({});
    const broken = join(folder, 'node_modules/@opentelemetry/sdk-trace');
    mkdirSync(broken);
    writeFileSync(join(broken, 'index.js'), 'throw new Error("half installed");');
    expect(versionOf([place, library])).toMatch(/^2\./);
    expect(() => loadSdkPackages([place])).toThrow(/half installed|Cannot find/);
  });

  it('are refused when they are not what this library knows, by what they lack', () => {
    const place = placeWith({
      api: rootOf('api'),
      resources: rootOf('resources'),
      'context-async-hooks': rootOf('context-async-hooks'),
    });
    const strange = join(folder, 'node_modules/@opentelemetry/sdk-trace');
    mkdirSync(strange);
    writeFileSync(join(strange, 'index.js'), 'exports.TracerProvider = class {};');
    expect(() => loadSdkPackages([place])).toThrow(
      /has no AlwaysOnSampler, .*: expected major 2 or 3 of @opentelemetry/,
    );
  });

  it('are told by name when nobody has them', () => {
    expect(() => loadSdkPackages([createRequire(join(dirname(folder), 'none/main.js'))])).toThrow(
      "Cannot find module '@opentelemetry/sdk-trace'",
    );
  });
});
