import type { ScanRecord } from '@autotrader/scanner';
import type { Token } from '@autotrader/sources';
import { expect, it } from 'vitest';
import { scoredScan } from '../../testing/scan-fixtures.ts';
import { toTokenView } from '../../views/token-view.ts';
import { inBoardOrder } from './board-order.ts';

type Verdict = NonNullable<Parameters<typeof scoredScan>[0]>['verdict'];

function view(symbol: string, verdict?: Verdict, value = 50) {
  const token: Token = { symbol };
  const gemScore = { value, interval: [value, value], modelVersion: '1.0.0' } as const;
  const result = verdict === undefined ? null : scoredScan({ token, verdict, gemScore });
  const latest: ScanRecord | null =
    result === null ? null : { id: symbol, token, state: 'success', requestedAtMs: 0, result };
  return toTokenView({ token, latest, waiting: null });
}

it('puts what is worth a look first, then the higher score, and what is not scanned yet last', () => {
  const tokens = [
    view('NEW'),
    view('DARK', 'insufficient_data', 80),
    view('BAD', 'avoid', 90),
    view('LOW', 'watch', 30),
    view('HIGH', 'watch', 60),
    view('GEM', 'gem', 71),
  ];
  expect(inBoardOrder(tokens).map(({ symbol }) => symbol)).toEqual(['GEM', 'HIGH', 'LOW', 'BAD', 'DARK', 'NEW']);
});

it('keeps the order of the watchlist among equals', () => {
  const symbols = ['C', 'A', 'B'];
  expect(inBoardOrder(symbols.map((symbol) => view(symbol, 'watch'))).map(({ symbol }) => symbol)).toEqual(symbols);
});
