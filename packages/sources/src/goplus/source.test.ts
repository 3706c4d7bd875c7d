import { describe, expect, it } from 'vitest';
import { type Bench, withBench } from '../testing/contract-bench.ts';
import { sampleCoin, sampleNowMs, sampleToken } from '../testing/sample-market.ts';
import { goplusFake } from './fake.ts';
import { topHolderFraction } from './holders.ts';
import { goplus } from './source.ts';

const bench = (test: (bench: Bench) => Promise<void>) => withBench({ source: goplus, fake: goplusFake }, test);

const address = sampleToken.contract?.address.toLowerCase() ?? '';
const dayMs = 86_400_000;

const envelope = (code: number, result: unknown) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ code, message: 'm', result }),
});

/** What the source makes of these fields: numbers, states of checks, and reasons where it does not know. */
async function told(fields: object, code = 1): Promise<Record<string, unknown>> {
  let seen: Record<string, unknown> = {};
  await bench(async ({ collect, server }) => {
    server.setAnswer(() => envelope(code, { [address]: fields }));
    const { quantities, checks } = await collect();
    seen = Object.fromEntries([
      ...Object.entries(quantities).map(([name, reading]) => [
        name,
        'value' in reading ? reading.value.value : reading.reason,
      ]),
      ...Object.entries(checks).map(([name, check]) => [name, check.state === 'unknown' ? check.reason : check.state]),
    ]);
  });
  return seen;
}

const holder = (rest: object) => ({ address: '0xb1', is_contract: 0, percent: '0.1', is_locked: 0, ...rest });
const iso = (ms: number): string => new Date(ms).toISOString();

describe('GoPlus', () => {
  it('takes a flag that is left out or empty for unknown, never for good', async () => {
    expect(await told({ is_honeypot: '0', cannot_buy: '1', is_mintable: '', hidden_owner: null })).toMatchObject({
      not_honeypot: 'pass',
      can_buy: 'fail',
      not_mintable: 'not_reported',
      no_hidden_owner: 'not_reported',
      can_sell_all: 'not_reported',
      on_trust_list: 'not_reported',
    });
  });

  it('says what a check rests on', () =>
    bench(async ({ collect, server }) => {
      server.setAnswer(() => envelope(1, { [address]: { is_mintable: '1' } }));
      const { checks } = await collect();
      expect(checks.not_mintable).toMatchObject({
        state: 'fail',
        evidence: 'is_mintable=1',
        from: { source: 'goplus' },
      });
    }));

  it('lets one way to change taxes decide', async () => {
    expect(await told({ slippage_modifiable: '0', personal_slippage_modifiable: '1' })).toMatchObject({
      tax_not_modifiable: 'fail',
    });
    expect(await told({ slippage_modifiable: '0' })).toMatchObject({ tax_not_modifiable: 'pass' });
    expect(await told({ personal_slippage_modifiable: '0' })).toMatchObject({ tax_not_modifiable: 'not_reported' });
  });

  it('knows a copy of a known token', async () => {
    expect(await told({ fake_token: { true_token_address: '0x1', value: 1 } })).toMatchObject({
      genuine_token: 'fail',
    });
    expect(await told({ is_true_token: '1' })).toMatchObject({ genuine_token: 'pass' });
  });

  it('reads taxes and shares as fractions', async () => {
    expect(
      await told({ buy_tax: '0.05', sell_tax: '', creator_percent: '0.000000', owner_percent: '7' }),
    ).toMatchObject({
      buy_tax_fraction: 0.05,
      sell_tax_fraction: 'not_reported',
      creator_fraction: 0,
      owner_fraction: 'not_reported',
    });
  });

  it('leaves contracts and burnt tokens out of the largest holders', async () => {
    const holders = [
      holder({ is_contract: 1, percent: '0.5' }),
      holder({ is_contract: '1', percent: '0.2' }),
      holder({ address: '0x000000000000000000000000000000000000dEaD', percent: '0.2' }),
      holder({ percent: '0.04' }),
      holder({ percent: '0.01' }),
    ];
    expect(await told({ holders })).toMatchObject({ top10_holder_fraction: 0.05 });
    expect(await told({ holders: [] })).toMatchObject({ top10_holder_fraction: 'not_reported' });
  });

  it('counts a lock only while it runs', async () => {
    const lock = (endMs: number, amount: string) => ({ amount, end_time: iso(endMs), opt_time: iso(0) });
    const later = sampleNowMs + dayMs;
    const before = sampleNowMs - dayMs;
    const cases = [
      [holder({ percent: '0.9', is_locked: 1, locked_detail: [lock(later, '9')], balance: '9' }), 0.9],
      [holder({ percent: '0.9', is_locked: 1, locked_detail: [lock(before, '9')], balance: '9' }), 0],
      [
        holder({
          percent: '0.8',
          is_locked: 1,
          locked_detail: [lock(later, '25'), lock(before, '75')],
          balance: '100',
        }),
        0.2,
      ],
      [holder({ percent: '0.9', is_locked: 1 }), 0.9],
      [holder({ percent: '0.9', is_locked: 0 }), 0],
      [holder({ address: '0x0000000000000000000000000000000000000000', percent: '0.6' }), 0.6],
    ] as const;
    for (const [lpHolder, locked] of cases) {
      expect((await told({ lp_holders: [lpHolder] }))['lp_locked_fraction']).toBeCloseTo(locked, 12);
    }
    expect(await told({})).toMatchObject({ lp_locked_fraction: 'not_reported' });
  });

  it('forgets a lock that ran out while the answer was kept', () =>
    bench(async ({ collect, server, advance }) => {
      const locked_detail = [{ amount: '1', end_time: iso(sampleNowMs + 3_600_000) }];
      server.setAnswer(() =>
        envelope(1, { [address]: { lp_holders: [holder({ percent: '1', is_locked: 1, locked_detail })] } }),
      );
      expect((await collect()).quantities.lp_locked_fraction).toMatchObject({ value: { value: 1 } });
      advance(3_600_001);
      expect((await collect()).quantities.lp_locked_fraction).toMatchObject({ value: { value: 0 } });
      expect(server.requests).toHaveLength(1);
    }));

  it('keeps a partial answer for seconds, and says of the rest that it is not there yet', () =>
    bench(async ({ collect, server, advance }) => {
      server.setAnswer(() => envelope(2, { [address]: { is_honeypot: '0' } }));
      const { checks } = await collect();
      expect([checks.not_honeypot?.state, checks.not_mintable]).toMatchObject([
        'pass',
        { state: 'unknown', reason: 'partial' },
      ]);
      await collect();
      expect(server.requests).toHaveLength(1);
      server.setAnswer(() => envelope(1, { [address]: { is_honeypot: '0', is_mintable: '0' } }));
      advance(15_001);
      expect((await collect()).checks.not_mintable?.state).toBe('pass');
    }));

  it('takes a partial answer without the token for "not yet", not for "unknown"', () =>
    bench(async ({ collect, server }) => {
      server.setAnswer(() => envelope(2, {}));
      expect((await collect()).checks.not_honeypot).toMatchObject({ state: 'unknown', reason: 'partial' });
    }));

  it.each([
    [1, {}, 'no_record'],
    [1, null, 'no_record'],
    [2020, null, 'no_record'],
    [2004, null, 'bad_request'],
    [4011, null, 'auth'],
    [4023, null, 'auth'],
    [4029, null, 'rate_limited'],
    [5000, null, 'server'],
    [7777, null, 'schema'],
    [1, { '0x00000000000000000000000000000000000000bb': {} }, 'schema'],
    [1, 'text', 'schema'],
  ])('takes code %i with %j for %s', (code, result, outcome) =>
    bench(async ({ collect, server }) => {
      server.setAnswer(() => envelope(code, result));
      expect((await collect()).calls[0]?.outcome).toBe(outcome);
    }),
  );

  it('asks Solana at an endpoint of its own, with the address as it is written', () =>
    bench(async ({ collect, server }) => {
      const mint = '4k3Dyjzvzp8eMZWUXbBCjEvwSkkk59S5iCNLY3QrkX6R';
      server.setAnswer(() =>
        envelope(1, { [mint]: { mintable: { status: '1' }, freezable: { status: '0' }, non_transferable: '1' } }),
      );
      const { checks } = await collect({ token: { symbol: 'RAY', contract: { chain: 'solana', address: mint } } });
      expect(server.requests[0]).toMatchObject({ path: '/solana/token_security' });
      expect(server.requests[0]?.query.get('contract_addresses')).toBe(mint);
      expect(Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check.state]))).toMatchObject({
        not_mintable: 'fail',
        no_blacklist: 'pass',
        can_sell_all: 'fail',
        balances_not_changeable: 'unknown',
      });
      expect(checks).not.toHaveProperty('not_honeypot');
    }));

  it.each<[string | null, string]>([
    ['1.2', 'more than there is'],
    ['', 'nothing'],
    [null, 'none'],
  ])('does not know what the largest hold when one of them holds %j (%s)', (percent) => {
    const small = { address: '0x1', is_contract: 0, percent: '0.01', balance: '1' };
    const holders = [{ address: '0x2', is_contract: 0, balance: '99', percent }, small];
    expect(topHolderFraction(holders)).toBeNull();
    expect(topHolderFraction([{ ...holders[0], is_contract: 1 }, small])?.value).toBe(0.01);
  });

  it('has nothing to say about a native coin', () =>
    bench(async ({ collect, server }) => {
      expect((await collect({ token: sampleCoin })).checks.not_honeypot).toMatchObject({
        state: 'unknown',
        reason: 'not_applicable',
      });
      expect(server.requests).toEqual([]);
    }));
});
