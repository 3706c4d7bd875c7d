import type { Token } from '@autotrader/sources';

/**
 * CoinGecko ids of coins that are part of their chain. A token without a contract address that is not listed here
 * may be a contract whose address we were not told, so its safety is unknown and not "not applicable".
 */
const nativeCoinIds: ReadonlySet<string> = new Set([
  'algorand',
  'aptos',
  'avalanche-2',
  'binancecoin',
  'bitcoin',
  'bitcoin-cash',
  'cardano',
  'celestia',
  'cosmos',
  'dogecoin',
  'ethereum',
  'ethereum-classic',
  'filecoin',
  'hedera-hashgraph',
  'hyperliquid',
  'injective-protocol',
  'internet-computer',
  'kaspa',
  'litecoin',
  'monero',
  'near',
  'polkadot',
  'ripple',
  'sei-network',
  'solana',
  'stellar',
  'sui',
  'the-open-network',
  'tron',
  'vechain',
  'zcash',
]);

/** True when there is no contract at all, which only a known native coin can claim. */
export function isNativeCoin(token: Token): boolean {
  return token.contract === undefined && token.coingeckoId !== undefined && nativeCoinIds.has(token.coingeckoId);
}
