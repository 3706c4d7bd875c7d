import { expect, test } from 'vitest';
import { testCodeReach } from './test-code-reach.ts';
import { checkWith, places } from './workspace.fixture.ts';

const check = (changes: Record<string, string>) => places(checkWith(testCodeReach, changes));

test('a fake two files away from an entry point is caught, with the way to it', () => {
  expect(
    check({
      'packages/sources/src/price.ts': "import './deeper.ts';\nexport const readPrice = 1;\n",
      'packages/sources/src/deeper.ts': "import { fake } from './fakes.ts';\nexport const deeper = fake;\n",
    }),
  ).toEqual([
    'packages/sources/src/deeper.ts:1 imports packages/sources/src/fakes.ts, reached by packages/sources/src/index.ts → packages/sources/src/price.ts → packages/sources/src/deeper.ts',
  ]);
});

test.each(['./testing/index.ts', './coin/fake.ts', './coin/fake-price.ts', './price.test.ts'])(
  '%s is out of reach',
  (specifier) => {
    expect(
      check({
        'packages/sources/src/price.ts': `export const load = () => import('${specifier}');\n`,
        'packages/sources/src/testing/index.ts': 'export {};\n',
        'packages/sources/src/coin/fake.ts': 'export {};\n',
        'packages/sources/src/coin/fake-price.ts': 'export {};\n',
      }),
    ).toHaveLength(1);
  },
);

test('the simulator imports fakes, the command does not', () => {
  expect(check({})).toEqual([]);
  expect(check({ 'apps/cli/src/main.ts': "import '@autotrader/sources/fakes';\n" })).toEqual([
    'apps/cli/src/main.ts:1 imports @autotrader/sources/fakes',
  ]);
});

test("the simulator does not import another package's testing", () => {
  expect(check({ 'packages/simulator/src/market.ts': "import '@autotrader/observability/testing';\n" })).toHaveLength(
    1,
  );
});

test('what only tests reach may use anything', () => {
  expect(
    check({
      'packages/sources/src/price.test.ts': "import './fakes.ts';\nimport '@autotrader/observability/testing';\n",
    }),
  ).toEqual([]);
});

test('where no fakes are exported, a name may speak of the fakes of others', () => {
  const files = {
    'packages/observability/src/logs/log.ts': "import '../fake-liquidity.ts';\n",
    'packages/observability/src/fake-liquidity.ts': 'export {};\n',
  };
  expect(check(files)).toEqual([]);
});
