import { sourceSettingsSchema } from '@autotrader/sources';
import { z } from 'zod';
import { pauseSchema } from './duration.ts';
import { textLike } from './matching-text.ts';

export const marketKinds = ['simulated', 'live', 'replay'] as const;

export type MarketKind = (typeof marketKinds)[number];

const portSchema = z.int().min(0).max(65_535);
const addressSchema = textLike(/^[A-Za-z0-9.:_-]{1,253}$/, 'an address such as 127.0.0.1');
const databaseUrlSchema = textLike(
  /^sqlite:.+$/,
  'sqlite:PATH, such as sqlite:./data/autotrader.db, or sqlite::memory:',
);

/** Empty is what "${NAME:}" leaves when the variable is not set. */
function orNone(schema: z.ZodString) {
  return schema
    .nullable()
    .default(null)
    .transform((text) => (text === '' ? null : text));
}

/** Printable ASCII, so that it can be sent in a header; short ones can be guessed. */
const tokenSchema = textLike(/^([\x21-\x7e]{16,512})?$/, 'at least 16 printable characters without spaces');

/** The file `configs/autotrader.yaml` below its root key. Defaults stand here and nowhere else, unknown keys are refused. */
export const settingsFileSchema = z.strictObject({
  market: z.enum(marketKinds).default('simulated'),
  database_url: databaseUrlSchema.default('sqlite:./data/autotrader.db'),
  watchlist: orNone(z.string()),
  api: z
    .strictObject({
      host: addressSchema.default('127.0.0.1'),
      port: portSchema.default(8000),
      token: orNone(tokenSchema),
    })
    .prefault({}),
  metrics: z.strictObject({ address: addressSchema.default('127.0.0.1'), port: portSchema.default(9090) }).prefault({}),
  scan: z
    .strictObject({
      every: z.union([z.literal('auto'), z.literal('off'), pauseSchema]).default('auto'),
      deadline: pauseSchema.default(20_000),
    })
    .prefault({}),
  worker: z
    .strictObject({
      concurrency: z.int().min(1).max(64).default(4),
      lease: pauseSchema.default(60_000),
      poll: pauseSchema.default(1_000),
      attempts: z.int().min(1).max(100).default(5),
    })
    .prefault({}),
  // Half a second of the two that a stop may take is left for telemetry.
  shutdown_timeout: pauseSchema.default(1_500),
  simulator: z
    .strictObject({
      url: orNone(textLike(/^(https?:\/\/\S+)?$/, 'a URL such as http://127.0.0.1:8100')),
      seed: z.int().min(0).max(0xffff_ffff).default(1),
      address: addressSchema.default('127.0.0.1'),
      port: portSchema.default(0),
    })
    .prefault({}),
  replay: z.strictObject({ recordings: orNone(z.string()) }).prefault({}),
  sources: sourceSettingsSchema,
});

export type SettingsFile = z.output<typeof settingsFileSchema>;
