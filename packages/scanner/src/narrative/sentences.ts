import { addressesReader } from './lexicon-words.ts';

/** Longer texts are cut: what matters is said early, and a hostile text must not cost time. */
const longestText = 20_000;

/** The sentences of an untrusted text as lower-case plain text, without markup, addresses and without those that address the reader. */
export function toSentences(text: string): readonly string[] {
  const flat = text
    .slice(0, longestText)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/https?:\/\/\S+/g, ' ');
  return flat
    .split(/[.!?\r\n]+/)
    .filter((sentence) => !addressesReader.some((pattern) => pattern.test(sentence)))
    .map((sentence) => sentence.replaceAll(/<[^<>]{0,300}>/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}

/** Letters and digits, hyphens inside a word; an apostrophe is dropped, so that "isn't" is `isnt`. */
export function toWords(sentence: string): readonly string[] {
  return sentence.replaceAll(/['’]/g, '').match(/[a-z0-9]+(?:-[a-z0-9]+)*/g) ?? [];
}
