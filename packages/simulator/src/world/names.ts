import { createStream, type RandomStream } from '../random.ts';

/** What a token is called. Made up: any likeness to a real project is chance. */
export interface TokenName {
  /** Five letters, unique within a world. */
  readonly symbol: string;
  readonly name: string;
  readonly slug: string;
}

const consonants = ['b', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z'] as const;
const vowels = ['a', 'e', 'i', 'o', 'u'] as const;
const endings = ['Network', 'Protocol', 'Finance', 'Labs', 'Swap', 'Chain', 'Vault', 'Token', 'Grid', 'Index'] as const;

/** Five-letter tickers and words that this pattern can produce and that exist or read badly. */
const avoided = new Set(['solan', 'tezos', 'vetos', 'zilal', 'nazis', 'rapes', 'tokes', 'hahah', 'kusam', 'moner']);

/** As many names as wanted. The first ones do not depend on how many follow. */
export function createNames(seed: number, count: number): readonly TokenName[] {
  const stream = createStream(seed, 'names');
  const taken = new Set<string>(avoided);
  return Array.from({ length: count }, () => {
    const word = freshWord(stream, taken);
    taken.add(word);
    const ending = stream.pick(endings);
    const title = word.charAt(0).toUpperCase() + word.slice(1);
    return { symbol: word.toUpperCase(), name: `${title} ${ending}`, slug: `${word}-${ending.toLowerCase()}` };
  });
}

/** Consonant, vowel, consonant, vowel, consonant: about 100 000 words, so a repeat is rare and soon replaced. */
function freshWord(stream: RandomStream, taken: ReadonlySet<string>): string {
  for (;;) {
    const parts = [consonants, vowels, consonants, vowels, consonants].map((letters) => stream.pick(letters));
    const word = parts.join('');
    if (!taken.has(word)) return word;
  }
}
