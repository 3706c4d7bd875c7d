import { createRequire } from 'node:module';

/** The functions of `@opentelemetry/api`. */
export type ApiModule = typeof import('@opentelemetry/api');

let loaded: ApiModule | undefined;

/**
 * The API, loaded when the first span or baggage needs one of its value types, not before: it takes 22 ms. What is
 * registered is read from `registeredApi()` instead, whose copy of the API may be another.
 */
export function apiModule(): ApiModule {
  loaded ??= createRequire(import.meta.url)('@opentelemetry/api') as ApiModule;
  return loaded;
}

/** Makes the copy that the SDK brought the one to use, so that only one is loaded. */
export function useApiModule(api: ApiModule): void {
  loaded ??= api;
}
