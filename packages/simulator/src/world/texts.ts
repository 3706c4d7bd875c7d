import type { RandomStream } from '../random.ts';
import type { ListingKind } from './kinds.ts';

interface Texts {
  readonly descriptions: readonly [string, ...string[]];
  readonly categories: readonly [string, ...string[]];
  readonly notices?: readonly [string, ...string[]];
}

/** What CoinGecko shows of a project; `{name}` is replaced. */
const textsByTone: Record<ListingKind['tone'], Texts> = {
  thriving: {
    descriptions: [
      '{name} settles payments between AI agents. Its mainnet upgrade launched this quarter after two independent audits found nothing, adoption reached a record, and a partnership with a payment provider was announced. The code is open, verified and audited, and lending against tokenized treasuries comes with the next release.',
      '{name} is an audited lending protocol for tokenized treasuries, used by people and AI agents alike. It launched on two more chains, its revenue set a record, and the integration with a major wallet brought growth and a larger community. The upgrade on the roadmap lowers fees.',
    ],
    categories: ['Artificial Intelligence (AI)', 'Real World Assets (RWA)'],
  },
  steady: {
    descriptions: [
      '{name} is a token used for fees and voting in a small exchange. Development continues along the published roadmap.',
      '{name} rewards people who store data for others. The network runs, and the team reports once a month.',
    ],
    categories: ['Decentralized Finance (DeFi)', 'Storage', 'Gaming (GameFi)'],
  },
  infrastructure: {
    descriptions: [
      '{name} is a long-running network used for payments by many services. It is maintained by a foundation with a public treasury and regular audits.',
      '{name} secures a widely used chain. Its clients are open source, and upgrades are planned in the open.',
    ],
    categories: ['Layer 1 (L1)', 'Infrastructure'],
  },
  hyped: {
    descriptions: [
      '{name} will be the next 1000x. Buy now before the biggest launch ever, guaranteed rewards for early holders!',
      '{name} is the hottest meme of the week. To the moon, huge announcement soon!',
    ],
    categories: ['Meme'],
  },
  fading: {
    descriptions: [
      '{name} was a marketplace for digital tickets. The last release is more than a year old, the lead developer left, and several services were shut down.',
      '{name} once financed games. The treasury is exhausted, the community forum was closed and a lawsuit about unpaid work is pending.',
    ],
    categories: ['Gaming (GameFi)', 'NFT'],
    notices: [
      'The team announced that development of {name} has stopped. Withdrawals from its bridge will be shut down. Please be careful.',
      'Trading of {name} was delisted on two exchanges after an exploit of its old contract. Investors should be cautious.',
    ],
  },
};

/** The words of one token. */
export interface TokenTexts {
  readonly description: string;
  readonly categories: readonly string[];
  readonly notice?: string;
}

export function drawTexts(stream: RandomStream, tone: ListingKind['tone'], name: string): TokenTexts {
  const texts = textsByTone[tone];
  const named = (text: string): string => text.replaceAll('{name}', name);
  const description = named(stream.pick(texts.descriptions));
  const categories = [stream.pick(texts.categories)];
  if (texts.notices === undefined) return { description, categories };
  return { description, categories, notice: named(stream.pick(texts.notices)) };
}
