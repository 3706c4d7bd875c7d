import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ContextManager, TracerProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { IdGenerator, Sampler, SpanLimits, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ApiModule } from './api-module.ts';

type SamplerClass<A extends unknown[]> = new (...args: A) => Sampler;
type ProviderOptions = {
  readonly sampler: Sampler;
  readonly idGenerator: IdGenerator;
  readonly resource: Resource;
  readonly spanLimits: SpanLimits;
  readonly spanProcessors: SpanProcessor[];
};

/** What this library uses of the OpenTelemetry SDK; the same in its majors 2 and 3. */
export interface SdkPackages {
  /** The copy of the API that this SDK uses. */
  readonly api: ApiModule;
  readonly TracerProvider: new (options: ProviderOptions) => TracerProvider;
  readonly AlwaysOnSampler: SamplerClass<[]>;
  readonly AlwaysOffSampler: SamplerClass<[]>;
  readonly ParentBasedSampler: SamplerClass<[{ readonly root: Sampler }]>;
  readonly TraceIdRatioBasedSampler: SamplerClass<[number]>;
  readonly AsyncLocalStorageContextManager: new () => ContextManager;
  readonly defaultResource: () => Resource;
  readonly resourceFromAttributes: (attributes: Record<string, string>) => Resource;
}

// Since 2.12 the first has everything; the second holds it before, and is gone in 3.
const traceNames = ['@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base'] as const;
const hooksName = '@opentelemetry/context-async-hooks';

/**
 * Where optional packages are looked for, in this order. First from the application, because it is the one that chose and
 * installed them; from the library's own place another copy may be found, or, with strict package managers, none. The
 * application is the main script; without one it is the working directory, from which Node itself then resolves.
 */
export function standardPlaces(): readonly NodeJS.Require[] {
  return [createRequire(applicationPath()), createRequire(import.meta.url)];
}

/** @throws when no place has the packages, or only broken ones; the first reason is told */
export function loadSdkPackages(places: readonly NodeJS.Require[] = standardPlaces()): SdkPackages {
  let firstReason: unknown;
  for (const place of places) {
    for (const name of traceNames) {
      try {
        return loadFrom(place.resolve(name), [place, ...places]);
      } catch (error) {
        firstReason ??= error;
      }
    }
  }
  throw firstReason;
}

function loadFrom(tracePath: string, places: readonly NodeJS.Require[]): SdkPackages {
  // Its own dependencies, from where it is, so that they are of its major, whatever else is installed.
  const near = createRequire(tracePath);
  const hooks = loadFirst(hooksName, [...places, near]) as Pick<SdkPackages, 'AsyncLocalStorageContextManager'>;
  const resources = near('@opentelemetry/resources') as Pick<SdkPackages, 'defaultResource' | 'resourceFromAttributes'>;
  const trace = near(tracePath) as Record<string, unknown>;
  const found: Partial<SdkPackages> = {
    ...trace,
    TracerProvider: (trace['TracerProvider'] ?? trace['BasicTracerProvider']) as SdkPackages['TracerProvider'],
    AsyncLocalStorageContextManager: hooks.AsyncLocalStorageContextManager,
    defaultResource: resources.defaultResource,
    resourceFromAttributes: resources.resourceFromAttributes,
    api: near('@opentelemetry/api') as ApiModule,
  };
  return checked(found, tracePath);
}

function loadFirst(name: string, places: readonly NodeJS.Require[]): unknown {
  let firstReason: unknown;
  for (const place of places) {
    try {
      return place(name);
    } catch (error) {
      firstReason ??= error;
    }
  }
  throw firstReason;
}

const needed = [
  'TracerProvider',
  'AlwaysOnSampler',
  'AlwaysOffSampler',
  'ParentBasedSampler',
  'TraceIdRatioBasedSampler',
  'AsyncLocalStorageContextManager',
  'defaultResource',
  'resourceFromAttributes',
] as const;

/** A major that is too old or too new is told by what it lacks. */
function checked(found: Partial<SdkPackages>, tracePath: string): SdkPackages {
  const missing = needed.filter((name) => typeof found[name] !== 'function');
  if (missing.length > 0)
    throw new Error(`${tracePath} has no ${missing.join(', ')}: expected major 2 or 3 of @opentelemetry`);
  return found as SdkPackages;
}

function applicationPath(): string {
  const [, script] = process.argv;
  const besideNothing = join(process.cwd(), 'package.json');
  if (script === undefined) return besideNothing;
  try {
    // A command in node_modules/.bin is a link to what it runs.
    return realpathSync(script);
  } catch {
    return besideNothing;
  }
}
