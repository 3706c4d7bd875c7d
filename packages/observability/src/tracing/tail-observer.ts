import {
  spansSampledOut,
  tracesDecidedEarly,
  tracesHeld,
  tracesHeldBytes,
  tracesSampledOut,
} from '../metrics/self-metrics.ts';
import type { TailObserver } from './tail-sampling.ts';

/** Turns what tail sampling reports into metrics. What it leaves out is not lost, so it is not counted as dropped. */
export const tailObserver: TailObserver = {
  held(traces, bytes) {
    tracesHeld.set(traces);
    tracesHeldBytes.set(bytes);
  },
  sampledOut(spans, first) {
    if (first) tracesSampledOut.inc();
    spansSampledOut.inc(spans);
  },
  decidedEarly: () => tracesDecidedEarly.inc(),
};
