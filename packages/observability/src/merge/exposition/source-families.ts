import { ByteWriter } from '../../metrics/exposition/byte-writer.ts';
import { MetricMessage, writeFamilyFacts } from '../../metrics/exposition/protobuf/metric-message.ts';
import { writeDouble, writeVarint } from '../../protobuf/wire.ts';
import { toLabelText } from '../naming/label-text.ts';
import type { MergeStore } from '../store/merge-store.ts';
import type { MergedSource } from '../store/merged-series.ts';
import { toPairs } from './label-pairs.ts';

/** What is shown of the sources themselves: a gauge whose series are known whole. */
export interface SourceFamily {
  readonly name: string;
  readonly help: string;
  /** Label text and value. */
  readonly lines: readonly (readonly [text: string, value: number])[];
}

/** `metrics_source_up` and `target_info`; without those that have nothing to say. */
export function sourceFamilies({ sources, settings }: MergeStore): readonly SourceFamily[] {
  const living = [...sources.all()].filter(({ state }) => state !== 'dormant');
  return [upFamily(living), infoFamily(living, settings.instance)].filter(({ lines }) => lines.length > 0);
}

function upFamily(living: readonly MergedSource[]): SourceFamily {
  const byText = new Map<string, number>();
  for (const { source, state, identity } of living) {
    if (source.job === '' && source.instance === '') continue;
    // Two that cannot be told apart by their labels: one that is missing counts.
    byText.set(identity, Math.min(byText.get(identity) ?? 1, state === 'up' ? 1 : 0));
  }
  return {
    name: 'metrics_source_up',
    help: 'Whether a process that is shown here answered in time (1) or its values are those of before (0).',
    lines: [...byText],
  };
}

/** One for each source; without `instance` one for each job, with what all of its sources agree on. */
function infoFamily(living: readonly MergedSource[], instance: 'none' | 'each'): SourceFamily {
  const byTarget = new Map<string, Map<string, string>>();
  for (const { prefix, identity, source, info } of living) {
    if (source.job === '' || info.size === 0) continue;
    const target = instance === 'each' ? identity : prefix.slice(0, -1);
    const agreed = byTarget.get(target);
    if (agreed === undefined) byTarget.set(target, new Map(info));
    else for (const [name, value] of agreed) if (info.get(name) !== value) agreed.delete(name);
  }
  const lines = [...byTarget].flatMap(([target, info]) =>
    info.size === 0 ? [] : [[`${target},${toLabelText([...info].sort(byName))}`, 1] as const],
  );
  return { name: 'target_info', help: 'What is known of the process: the attributes of its resource.', lines };
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

export function toSourceText({ name, help, lines }: SourceFamily): string {
  // OpenMetrics would want `target_info` to be of type info; as a gauge it is the same series in every format.
  const head = `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`;
  const body = lines.map(([text, value]) => `${name}{${text}} ${value}\n`).join('');
  return head + body;
}

/** The message after its length. */
export function toSourceMessage({ name, help, lines }: SourceFamily, out: ByteWriter): void {
  const family = new ByteWriter(4_096);
  const message = new MetricMessage('gauge');
  writeFamilyFacts(family, { name, help, type: 'gauge' });
  for (const [text, value] of lines) {
    message.start();
    for (const [label, shown] of toPairs(text)) message.label(label, shown);
    writeDouble(message.value, 1, value);
    message.end(family);
  }
  writeVarint(out, family.length);
  out.copyFrom(family);
}
