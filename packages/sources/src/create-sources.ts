import type { Sources, SourcesOptions } from './sources.ts';

/** Makes the declared sources live. */
export declare function createSources(options: SourcesOptions): Sources;
