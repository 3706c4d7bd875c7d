import { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import { createStream } from '../random.ts';
import type { ApplyFault, Exchange, FaultContext } from './fault.ts';
import { type FaultName, faultNames, faults } from './registry.ts';

/** When and where a fault strikes. */
export interface FaultRule {
  readonly fault: FaultName;
  /** A source's name. @default every source */
  readonly source?: string | undefined;
  /** Start of the path below the source's base, e.g. `/coins/markets`. @default every path */
  readonly path?: string | undefined;
  /** 0..1; which requests are hit follows from the seed. @default 1 */
  readonly probability?: number | undefined;
  /** The fault's own options, each with a default. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** Epoch milliseconds on the simulator's clock, included. @default from the start */
  readonly fromMs?: number | undefined;
  /** Epoch milliseconds on the simulator's clock, not included. @default without end */
  readonly untilMs?: number | undefined;
}

const ruleSchema = z
  .strictObject({
    fault: z.enum(faultNames),
    source: z.string().optional(),
    path: z.string().startsWith('/').optional(),
    probability: z.number().min(0).max(1).default(1),
    options: z.record(z.string(), z.unknown()).default({}),
    fromMs: z.number().optional(),
    untilMs: z.number().optional(),
  })
  .transform((rule, context) => {
    const definition = faults.find((fault) => fault.name === rule.fault);
    const checked = definition?.options.safeParse(rule.options);
    for (const issue of checked?.error?.issues ?? []) {
      context.addIssue({ code: 'custom', message: issue.message, path: ['options', ...issue.path] });
    }
    return rule;
  });

const planSchema = z.array(ruleSchema).max(200);

export interface FaultedRequest {
  readonly source: string;
  readonly path: string;
  readonly nowMs: number;
}

/** The faults of the moment, as rules and as what they do to a request. */
export interface FaultPlan {
  readonly rules: readonly FaultRule[];
  /** Applies every rule that matches, in the order given. */
  apply(request: FaultedRequest, exchange: Exchange, context: Omit<FaultContext, 'random'>): Exchange;
}

/**
 * Checks rules and makes a plan of them.
 *
 * @throws SimulatorError SIM_FAULTS_INVALID naming every problem
 */
export function parseFaultPlan(rules: unknown, given: { seed: number; sources: readonly string[] }): FaultPlan {
  const parsed = planSchema.safeParse(rules);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'rules'}: ${message}`);
    throw new SimulatorError('SIM_FAULTS_INVALID', { problems }, { cause: parsed.error });
  }
  const strangers = parsed.data.flatMap(({ source }, index) => {
    if (source === undefined || given.sources.includes(source)) return [];
    return [`${index}.source: "${source}" is not one of ${given.sources.join(', ')}`];
  });
  if (strangers.length > 0) throw new SimulatorError('SIM_FAULTS_INVALID', { problems: strangers });
  const strikes = parsed.data.map((rule, index) => bindRule(rule, createStream(given.seed, `fault/${index}`).next));
  return {
    rules: parsed.data,
    apply: (request, exchange, context) =>
      strikes.reduce((current, strike) => strike(request, current, context), exchange),
  };
}

type Strike = (request: FaultedRequest, exchange: Exchange, context: Omit<FaultContext, 'random'>) => Exchange;

function bindRule(rule: z.output<typeof ruleSchema>, random: () => number): Strike {
  const apply = bindFault(rule.fault, rule.options);
  return (request, exchange, context) => {
    if (!matches(rule, request) || random() >= rule.probability) return exchange;
    return apply(exchange, { ...context, random });
  };
}

function bindFault(name: FaultName, options: unknown): ApplyFault {
  const definition = faults.find((fault) => fault.name === name);
  if (definition === undefined) throw new RangeError(`fault "${name}" is not one of ${faultNames.join(', ')}`);
  return definition.bind(options);
}

function matches(rule: FaultRule, { source, path, nowMs }: FaultedRequest): boolean {
  if (rule.source !== undefined && rule.source !== source) return false;
  if (rule.path !== undefined && !path.startsWith(rule.path)) return false;
  return nowMs >= (rule.fromMs ?? Number.NEGATIVE_INFINITY) && nowMs < (rule.untilMs ?? Number.POSITIVE_INFINITY);
}
