import { z } from 'zod';
import type { SourceDeclaration } from './define-source.ts';
import { type SourceName, sourceOf, sources } from './registry.ts';

/** How one source is asked. Made by `sourceSettingsSchema`, which holds every default. */
export interface SourceSettings {
  readonly enabled: boolean;
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly requestsPerMinute: number;
  /** Calls that may go out at once. */
  readonly burst: number;
  /** For one attempt. */
  readonly timeoutMs: number;
  /** After "too many requests". */
  readonly coolDownMs: number;
  /** A longer reply is cut off and refused. */
  readonly maxBodyBytes: number;
  /** Failed attempts in a row that open an endpoint's breaker. */
  readonly breakerFailures: number;
  /** How long it stays open the first time; doubled each time its trial call fails. */
  readonly breakerOpenMs: number;
}

const key = z
  .string()
  .trim()
  // Whatever else cannot be sent in a header, and the error for it would show the key.
  .regex(/^[\x21-\x7e]*$/, { error: 'a key is printable ASCII without spaces' })
  .nullish()
  // An empty value is what "${COINGECKO_API_KEY:}" leaves when the variable is not set.
  .transform((value) => (value === '' || value === null ? undefined : value));

/** A path is put behind it; and it is shown in spans and errors, so that nothing secret may be in it. */
function isPlainAddress(text: string): boolean {
  const { username, password, search, hash } = new URL(text);
  return `${username}${password}${search}${hash}` === '';
}

const address = z
  .url({ protocol: /^https?$/, abort: true })
  .refine(isPlainAddress, { error: 'an address has no user, password, query or fragment; a key goes into api_key' });

function settingsOf(source: SourceDeclaration) {
  return z
    .strictObject({
      enabled: z.boolean().default(true),
      base_url: address.default(source.baseUrl),
      api_key: key,
      requests_per_minute: z.number().positive().max(1_000_000).optional(),
      burst: z.int().min(1).max(10_000).optional(),
      timeout_ms: z.int().min(1).max(120_000).default(source.timeoutMs),
      cool_down_ms: z.int().min(0).max(3_600_000).default(source.limits.coolDownMs),
      max_body_bytes: z.int().min(1_024).max(64_000_000).default(2_000_000),
      breaker_failures: z.int().min(1).max(1_000).default(5),
      breaker_open_ms: z.int().min(1).max(3_600_000).default(30_000),
    })
    .prefault({})
    .transform((given): SourceSettings => {
      const limit = (given.api_key === undefined ? undefined : source.limits.withKey) ?? source.limits.keyless;
      return {
        enabled: given.enabled,
        baseUrl: given.base_url.replace(/\/+$/, ''),
        apiKey: given.api_key,
        requestsPerMinute: given.requests_per_minute ?? limit.requestsPerMinute,
        burst: given.burst ?? limit.burst,
        timeoutMs: given.timeout_ms,
        coolDownMs: given.cool_down_ms,
        maxBodyBytes: given.max_body_bytes,
        breakerFailures: given.breaker_failures,
        breakerOpenMs: given.breaker_open_ms,
      };
    });
}

type SourceSettingsSchema = ReturnType<typeof settingsOf>;

/**
 * The section of one source, with snake_case keys as in a configuration file. Left out, each value is the source's
 * own default: its real host and the limits its free plan allows. Limits rise by themselves when `api_key` is set.
 */
export function sourceSettingsSchemaOf(name: SourceName): SourceSettingsSchema {
  return settingsOf(sourceOf(name));
}

const shape = Object.fromEntries(sources.map((source) => [source.name, settingsOf(source)])) as Record<
  SourceName,
  SourceSettingsSchema
>;

/** The sections of all sources: `{ coingecko: { api_key: … }, … }` in, `Record<SourceName, SourceSettings>` out. Unknown keys are refused. */
export const sourceSettingsSchema = z.strictObject(shape).prefault({});

export type SourcesSettings = z.output<typeof sourceSettingsSchema>;
