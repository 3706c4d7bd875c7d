import type { Token } from '@autotrader/sources';

/**
 * CoinGecko ids of coins that are part of their chain. A token without a contract address that is not listed here
 * may be a contract whose address we were not told, so its safety is unknown and not "not applicable".
 */
const nativeCoinIds: ReadonlySet<string> = new Set([
  'algorand',
  'aptos',
  'arweave',
  'avalanche-2',
  'binancecoin',
  'bitcoin',
  'bitcoin-cash',
  'bitcoin-cash-sv',
  'cardano',
  'celestia',
  'cosmos',
  'dash',
  'dogecoin',
  'elrond-erd-2',
  'eos',
  'ethereum',
  'ethereum-classic',
  'fantom',
  'filecoin',
  'flow',
  'hedera-hashgraph',
  'hyperliquid',
  'injective-protocol',
  'internet-computer',
  'iota',
  'kaspa',
  'kusama',
  'litecoin',
  'monero',
  'near',
  'neo',
  'polkadot',
  'ripple',
  'sei-network',
  'solana',
  'stellar',
  'sui',
  'terra-luna',
  'terra-luna-2',
  'tezos',
  'the-open-network',
  'theta-token',
  'tron',
  'vechain',
  'zcash',
  'zilliqa',
]);

/** True when there is no contract at all, which only a known native coin can claim. */
export function isNativeCoin(token: Token): boolean {
  return token.contract === undefined && token.coingeckoId !== undefined && nativeCoinIds.has(token.coingeckoId);
}
