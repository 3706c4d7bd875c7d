import type { Reading, Token } from '@autotrader/sources';

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

/**
 * True when there is no contract at all, which only a native coin can claim: one we know, or one that a source lists as
 * such. A token named by its contract is judged by its contract, whatever is said of it.
 */
export function isNativeCoin(token: Token, listed?: Reading<boolean>): boolean {
  if (token.contract !== undefined || token.coingeckoId === undefined) return false;
  if (nativeCoinIds.has(token.coingeckoId)) return true;
  return listed !== undefined && listed.state !== 'missing' && listed.value;
}
