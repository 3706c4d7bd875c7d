import { describe, expect, it } from 'vitest';
import { type ScoreInputs, scoreScan } from '../scoring/score-scan.ts';
import {
  allPass,
  bitcoin,
  checksOf,
  goodValues,
  hourMs,
  listedAs,
  quantitiesOf,
  scoreInputs,
} from '../testing/samples.ts';

function judge(changes: Partial<ScoreInputs> = {}) {
  const { verdict, reason } = scoreScan(scoreInputs(changes)).score;
  return { verdict, reason };
}

describe('the verdict', () => {
  it('on a token without fault is gem, with the strongest features as reason', () => {
    expect(judge()).toEqual({
      verdict: 'gem',
      reason: expect.stringMatching(/^Gem: score \d+ at confidence 1\.00, led by .+ and .+\.$/),
    });
  });

  it('on a token that all buy and nobody sells is avoid, and its buys are no accumulation', () => {
    const quantities = quantitiesOf({ ...goodValues, sells_24h: 3 });
    const { verdict, features } = scoreScan(scoreInputs({ quantities })).score;
    expect(verdict).toBe('avoid');
    expect(features.find(({ name }) => name === 'accumulation_score')).toMatchObject({ value: 0, raw: 1 });
  });

  it('on any alarm is avoid, and names the alarms', () => {
    const checks = checksOf({ ...allPass, not_honeypot: 'fail', no_hidden_owner: 'fail', no_self_destruct: 'fail' });
    const values = { ...goodValues, sells_24h: 200 };
    expect(judge({ checks, quantities: quantitiesOf(values) })).toEqual({
      verdict: 'avoid',
      reason: 'Flagged: who buys this token cannot sell it; the contract has an owner it does not show and 1 more.',
    });
  });

  it('is avoid also when little else is known', () => {
    const checks = checksOf({ can_sell_all: 'fail' });
    expect(judge({ checks, quantities: quantitiesOf({}), narrative: null }).verdict).toBe('avoid');
  });

  it('with an essential check unknown is insufficient data, and says what nobody answered', () => {
    expect(judge({ checks: checksOf({ ...allPass, not_honeypot: 'unknown' }) })).toEqual({
      verdict: 'insufficient_data',
      reason: 'Its safety is not known: nobody says whether it is a trap.',
    });
  });

  it('on a token without address that is no known native coin says so', () => {
    const { verdict, reason } = judge({ token: { symbol: 'ODD', coingeckoId: 'odd' }, checks: checksOf({}) });
    expect(verdict).toBe('insufficient_data');
    expect(reason).toContain('no contract address was given');
  });

  it('below half confidence is insufficient data', () => {
    const quantities = quantitiesOf({ buys_24h: 6_000, sells_24h: 4_000, dex_volume_24h_usd: 8e6 });
    expect(judge({ quantities, narrative: null })).toEqual({
      verdict: 'insufficient_data',
      reason: expect.stringMatching(/^Confidence 0\.\d\d is below 0\.5: sentiment score, .+ not known\.$/),
    });
  });

  it.each<[string, Partial<ScoreInputs>, string]>([
    ['a low score', { quantities: quantitiesOf({ ...goodValues, buys_24h: 100, sells_24h: 100 }) }, 'score below 70'],
    ['weak signals', { quantities: quantitiesOf({ ...goodValues, buys_24h: 4_000 }) }, 'weak accumulation score'],
    ['a power of its owner', { checks: checksOf({ ...allPass, not_mintable: 'fail' }) }, 'contract safety below 0.7'],
    [
      'liquidity nobody can value',
      { quantities: quantitiesOf({ ...goodValues, liquidity_usd: undefined, liquidity_reported_usd: 5e6 }) },
      'unknown liquidity',
    ],
    [
      'a tax nobody could measure',
      { quantities: quantitiesOf({ ...goodValues, sell_tax_fraction: undefined }) },
      'unknown sell tax',
    ],
    [
      'an unanswered check',
      { checks: checksOf({ ...allPass, not_proxy: 'unknown' }) },
      'unanswered checks (not_proxy)',
    ],
    [
      'old inputs',
      { quantities: quantitiesOf(goodValues, 5.9 * hourMs), checks: checksOf(allPass, 70 * hourMs) },
      'confidence below 0.75',
    ],
  ])('with %s is watch, and says what is in the way', (_, changes, obstacle) => {
    const { verdict, reason } = judge(changes);
    expect(verdict).toBe('watch');
    expect(reason).toContain(obstacle);
  });

  it('on a native coin needs no contract checks', () => {
    expect(judge({ token: bitcoin, checks: checksOf({}) }).verdict).toBe('gem');
    const listed = { token: { symbol: 'OWN', coingeckoId: 'own-chain' }, isNative: listedAs(true) };
    expect(judge({ ...listed, checks: checksOf({}) }).verdict).toBe('gem');
  });

  it('on a native coin of which little is known says that its contract is not what is missing', () => {
    const quantities = quantitiesOf({ price_usd: 2, watchlist_users: 900, sentiment_up_percent: 60 });
    const { verdict, reason } = judge({ token: bitcoin, checks: checksOf({}), quantities });
    expect(verdict).toBe('insufficient_data');
    expect(reason).toMatch(
      /^A native coin has no contract that could trap its holder, but confidence 0\.\d\d is below 0\.5: /,
    );
  });
});
