import { z } from 'zod';
import { SimulatorError } from './errors.ts';
import type { FaultRule } from './faults/fault-plan.ts';
import type { RateWindow } from './rate-windows.ts';
import { defaultSeed, defaultSize } from './world/world.ts';

/** How a simulated market is started. */
export interface SimulatorOptions {
  /** Any integer; the same seed is the same market. @default 1 */
  readonly seed?: number | undefined;
  /** How many tokens. @default 10 */
  readonly size?: number | undefined;
  /** 0 takes any free one. @default 0 */
  readonly port?: number | undefined;
  /** @default '127.0.0.1' */
  readonly address?: string | undefined;
  /** @default none */
  readonly faults?: readonly FaultRule[] | undefined;
  /** Epoch milliseconds: the market's time and that of limits and fault windows. @default Date.now */
  readonly now?: (() => number) | undefined;
  /**
   * Per source, what it allows; an empty list allows everything, a source left out keeps its own.
   *
   * @default the sources' free plans: CoinGecko 30 a minute, DexScreener 300 a minute, GoPlus 30 a minute and 7 within 5 seconds
   */
  readonly limits?: Readonly<Record<string, readonly RateWindow[]>> | undefined;
  /** Every reply takes a time between these. @default 5 to 40 */
  readonly latencyMs?: { readonly min: number; readonly max: number } | undefined;
}

const minuteMs = 60_000;

/** Documented or measured for the free plans; see the sources' own declarations for what our client plans with. */
const defaultLimits: Readonly<Record<string, readonly RateWindow[]>> = {
  coingecko: [{ requests: 30, perMs: minuteMs }],
  dexscreener: [{ requests: 300, perMs: minuteMs }],
  goplus: [
    { requests: 30, perMs: minuteMs },
    { requests: 7, perMs: 5_000 },
  ],
};

const windowSchema = z.strictObject({ requests: z.int().min(1).max(100_000), perMs: z.int().min(1).max(86_400_000) });

const optionsSchema = z.strictObject({
  seed: z.int().default(defaultSeed),
  size: z.int().min(1).max(100_000).default(defaultSize),
  port: z.int().min(0).max(65_535).default(0),
  address: z.string().min(1).default('127.0.0.1'),
  limits: z
    .record(z.string(), z.array(windowSchema).readonly())
    .default({})
    .transform((given) => ({ ...defaultLimits, ...given })),
  latencyMs: z
    .strictObject({ min: z.number().min(0).max(60_000), max: z.number().min(0).max(60_000) })
    .refine(({ min, max }) => max >= min, 'max must not be less than min')
    .default({ min: 5, max: 40 }),
});

export type ParsedOptions = z.output<typeof optionsSchema>;

/** @throws SimulatorError SIM_OPTIONS_INVALID naming every problem */
export function parseOptions(options: Omit<SimulatorOptions, 'faults' | 'now'>): ParsedOptions {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`);
  throw new SimulatorError('SIM_OPTIONS_INVALID', { problems }, { cause: parsed.error });
}
