import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { MetricError } from '../metric-error.ts';
import { parseDeclaration } from './declaration-checks.ts';
import type { MetricType } from './declarations.ts';

const types = ['counter', 'gauge', 'histogram'] as const;

function isAccepted(type: MetricType, name: string, help = 'h'): boolean {
  try {
    parseDeclaration(type, { name, help });
    return true;
  } catch (error) {
    if (error instanceof MetricError) return false;
    throw error;
  }
}

/** A metric as the linter reads it. */
function expose(type: MetricType, name: string): string {
  const head = `# HELP ${name} h\n# TYPE ${name} ${type}\n`;
  if (type !== 'histogram') return `${head}${name} 1\n`;
  return `${head}${name}_bucket{le="1"} 1\n${name}_bucket{le="+Inf"} 1\n${name}_sum 1\n${name}_count 1\n`;
}

/** The names the linter complains about. */
function lint(text: string): ReadonlySet<string> {
  const { stderr, stdout, status } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  // 3 is "has something to say"; anything else but 0 means that it could not read its input.
  if (status !== 0 && status !== 3) throw new Error(stderr);
  return new Set(
    `${stdout}${stderr}`
      .split('\n')
      .flatMap((line) => line.split(' ', 1))
      .filter((name) => name !== ''),
  );
}

const words = (text: string) => text.split(' ');
const parts = [
  ...words('x total count sum bucket created info ratio timestamp_seconds untyped value'),
  ...words('counter gauge histogram summary gauge_histogram Counter'),
  ...words('s ms us ns sec b kb mb gb tb pb m h d min kib'),
  ...words('amperes bytes celsius grams joules kelvin meters metres seconds volts'),
  ...words('minutes hours days weeks kelvins fahrenheit rankine inches yards miles bits calories pounds ounces'),
  ...words(
    'milliseconds microseconds kilobytes kibibytes megabits picograms kilometers thermometers decadays mibibytes',
  ),
  ...words('camelCase aB AB A a:b'),
];
const names = [
  ...parts,
  ...parts.flatMap((part) => [`x_${part}`, `${part}_x`, `x_${part}_y`, `x_${part}_total`, `x__${part}`]),
];

/** What is refused here although the linter keeps silent, each with its reason. */
const stricter: readonly (readonly [string, (type: MetricType, name: string) => boolean])[] = [
  ['lower case only: two names that differ in case alone are read as one by people', (_, name) => /[A-Z]/.test(name)],
  ['_created is added by OpenMetrics', (_, name) => name.endsWith('_created')],
  ['histograms add these themselves', (type, name) => type === 'histogram' && /_(?:bucket|count|sum)$/.test(name)],
  ['the linter of 3.x says so too', (type, name) => type !== 'gauge' && /_timestamp_seconds(?:_total)?$/.test(name)],
  [
    'a counter needs a name before _total',
    (type, name) => type === 'counter' && /(?:^|_)_?total$/.test(name) && !/[a-z0-9]_total$/.test(name),
  ],
];

describe.skipIf(spawnSync('promtool', ['--version']).status !== 0)(
  'beside promtool check metrics (skipped where promtool is not installed)',
  () => {
    test.each(types)(
      'of the names of a %s, exactly those are refused that it complains about, and a listed few',
      (type) => {
        const asked = [...new Set(names)];
        // To a parser these are lines of the histogram `x`.
        const isReadable = (name: string) => type !== 'histogram' || !/_(?:bucket|count|sum)$/.test(name);
        const complained = lint(
          asked
            .filter(isReadable)
            .map((name) => expose(type, name))
            .join(''),
        );
        const verdicts = asked.map((name) => {
          const isExpected = complained.has(name) || stricter.some(([, applies]) => applies(type, name));
          return { name, isRefused: !isAccepted(type, name), isExpected };
        });
        expect(verdicts.filter(({ isRefused, isExpected }) => isRefused !== isExpected)).toEqual([]);
        expect(verdicts.filter(({ isRefused }) => isRefused).length).toBeGreaterThan(100);
        expect(verdicts.filter(({ isRefused }) => !isRefused).length).toBeGreaterThan(20);
      },
    );

    test('it misses the same help texts and the same labels', () => {
      expect(lint('# TYPE x gauge\nx 1\n')).toEqual(new Set(['x']));
      expect(isAccepted('gauge', 'x', '')).toBe(false);
      for (const label of ['aB', 'le', 'quantile']) {
        expect(lint(`# HELP x h\n# TYPE x gauge\nx{${label}="1"} 1\n`)).toEqual(new Set(['x']));
        expect(() => parseDeclaration('gauge', { name: 'x', help: 'h', labels: { [label]: ['1'] } })).toThrow(
          MetricError,
        );
      }
    });
  },
);

test('a timestamp is a gauge', () => {
  expect(isAccepted('gauge', 'last_success_timestamp_seconds')).toBe(true);
  expect(isAccepted('histogram', 'last_success_timestamp_seconds')).toBe(false);
  expect(isAccepted('counter', 'last_success_timestamp_seconds_total')).toBe(false);
});
