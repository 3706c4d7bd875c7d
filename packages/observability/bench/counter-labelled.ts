import { counter, defaultRegistry } from '@autotrader/observability';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import prometheus from 'prom-client';
import { assertEqual, toComparableLines } from './equal-output.ts';
import { compare } from './interleaved.ts';
import { awkwardLabels, createLabelSets, type RequestLabels, requestLabels } from './label-sets.ts';
import type { Question } from './question.ts';

const sets = createLabelSets(30, 10);

export const counterLabelled: Question = {
  row: 1,
  name: 'counter-labelled',
  asks: 'A counter with two labels, told by an object',
  does: 'one increment; 300 label sets in turn, and the same at random, where nothing can be guessed',
  peers: ['prom-client', '@opentelemetry/sdk-metrics'],
  async answer(effort) {
    const { ours, prom, otel } = createCounters();
    await assertSameCounts({ ours, prom, otel });
    const done = await compare(
      [
        { name: 'ours', run: inTurn((labels) => ours.inc(labels)) },
        { name: 'prom-client', run: inTurn((labels) => prom.inc(labels)) },
        { name: 'OpenTelemetry', run: inTurn((labels) => otel.inc(labels)) },
      ],
      effort,
    );
    const shuffled = await compare(
      [
        { name: 'ours, at random', run: atRandom((labels) => ours.inc(labels)) },
        { name: 'prom-client, at random', run: atRandom((labels) => prom.inc(labels)) },
      ],
      effort,
    );
    return {
      measurements: [...done.measurements, ...shuffled.measurements],
      findings: [
        { what: 'prom-client / ours', value: done.ratio('prom-client', 'ours'), ...times(15) },
        { what: 'OpenTelemetry / ours', value: done.ratio('OpenTelemetry', 'ours'), ...times(40) },
        {
          what: 'prom-client / ours, sets at random',
          value: shuffled.ratio('prom-client, at random', 'ours, at random'),
          unit: '×',
        },
      ],
      equal: 'the same value for each of 303 label sets, awkward ones among them; the same text as prom-client',
    };
  },
};

function times(value: number) {
  return { unit: '×', target: { bound: 'at least', value } } as const;
}

interface RequestCounter {
  inc(labels: RequestLabels): void;
}

function inTurn(inc: (labels: RequestLabels) => void): (times: number) => void {
  return (count) => {
    for (let left = count, index = 0; left > 0; left -= 1) {
      inc(sets[index] as RequestLabels);
      index = index === sets.length - 1 ? 0 : index + 1;
    }
  };
}

// Longer than any processor's branch predictor remembers, the same for both sides and in every run.
const shuffledLength = 65_536;

function atRandom(inc: (labels: RequestLabels) => void): (times: number) => void {
  const order = new Uint16Array(shuffledLength);
  // A linear congruential generator (multiplier and increment of Numerical Recipes); its high bits are the random ones.
  let state = 1;
  for (let at = 0; at < order.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    order[at] = Math.floor((state / 2 ** 32) * sets.length);
  }
  return (count) => {
    for (let at = 0; at < count; at += 1) inc(sets[order[at % shuffledLength] as number] as RequestLabels);
  };
}

const name = 'bench_requests_total';
const help = 'Requests of the benchmark.';

function createCounters() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bench');
  const otelCounter = meter.createCounter(name);
  const readTotals = async (): Promise<string[]> => {
    const { resourceMetrics } = await reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return metrics.flatMap(({ dataPoints }) =>
      dataPoints.map(({ attributes, value }) => JSON.stringify([attributes['route'], attributes['status'], value])),
    );
  };
  return {
    ours: counter({ name, help, labels: requestLabels }),
    prom: new prometheus.Counter({ name, help, labelNames: ['route', 'status'] }),
    otel: { inc: (labels: RequestLabels) => otelCounter.add(1, labels), readTotals },
  };
}

async function assertSameCounts(counters: {
  ours: RequestCounter;
  prom: RequestCounter;
  otel: RequestCounter & { readTotals: () => Promise<string[]> };
}): Promise<void> {
  const { ours, prom, otel } = counters;
  for (let round = 0; round < 3; round += 1) {
    for (const labels of [...sets, ...awkwardLabels]) for (const one of [ours, prom, otel]) one.inc(labels);
  }
  const text = toComparableLines(await defaultRegistry().render(), name);
  assertEqual(text.length, sets.length + awkwardLabels.length, 'number of series');
  assertEqual(text, toComparableLines(await prometheus.register.metrics(), name), 'text');
  const samples = defaultRegistry()
    .samples()
    .filter((sample) => sample.name === name)
    .map(({ labels, value }) => JSON.stringify([labels['route'], labels['status'], value]));
  assertEqual(samples.sort(), (await otel.readTotals()).sort(), 'values');
}
