export interface Family {
  readonly type: string;
  /** Sample lines, without the timestamp. */
  readonly samples: readonly { readonly name: string; readonly labels: string; readonly value: number }[];
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/** Text format 0.0.4, as much of it as a test asks about. A sample outside its family's block is an error. */
export function readFamilies(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, { type: string; samples: Family['samples'][number][] }>();
  let current = '';
  for (const line of text.split('\n')) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type) {
      current = type[1] ?? '';
      if (families.has(current)) throw new Error(`${current} appears twice`);
      families.set(current, { type: type[2] ?? '', samples: [] });
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$/.exec(line);
    if (sample === null) continue;
    const [, name = '', labels = '', value = ''] = sample;
    const family = families.get(current);
    const names = (suffixes[family?.type ?? ''] ?? ['']).map((suffix) => current + suffix);
    if (family === undefined || !names.includes(name)) throw new Error(`${name} is outside its family: ${line}`);
    family.samples.push({ name, labels, value: Number(value.replace('Inf', 'Infinity')) });
  }
  return families;
}
