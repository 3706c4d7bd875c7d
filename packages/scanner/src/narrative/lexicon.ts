import type { Narrative } from '../scan-result.ts';
import { favourable, moving, negations, themes, unfavourable } from './lexicon-words.ts';
import { toSentences, toWords } from './sentences.ts';

/** A text with the moment it was read. */
export interface ReadText {
  readonly kind: 'description' | 'notice' | 'category' | 'headline';
  readonly text: string;
  readonly publishedAtMs?: number;
  readonly observedAtMs: number;
}

/** Projects praise themselves, so that their own words count half; a public notice is a warning by someone else. */
const voices: Record<ReadText['kind'], number> = { description: 0.5, category: 0.5, headline: 1, notice: 2 };

/** With this much opinion on neither side, sentiment is half way between neutral and the opinions found. */
const opinionNeeded = 4;

/** Momentum is 1 − e^(−found ÷ 6): six points of moving words and themes give 0.63. */
const momentumScale = 6;
const weekMs = 7 * 86_400_000;

interface Tally {
  readonly for: number;
  readonly against: number;
  readonly moving: number;
  readonly themes: ReadonlySet<string>;
}

function themesOf(words: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(themes.filter((theme) => theme.words.some((word) => words.has(word))).map((theme) => theme.name));
}

function weightOf(lexicon: Readonly<Record<string, number>>, word: string): number {
  return Object.hasOwn(lexicon, word) ? (lexicon[word] ?? 0) : 0;
}

/** A word counts once in a text however often it is repeated; repeating is how a text would buy points. */
function tallyText(text: ReadText): Tally {
  const pro = new Map<string, number>();
  const contra = new Map<string, number>();
  const motion = new Map<string, number>();
  const all = new Set<string>();
  for (const sentence of toSentences(text.text)) {
    const words = toWords(sentence);
    words.forEach((word, at) => {
      all.add(word);
      const turned = words.slice(Math.max(0, at - 2), at).some((before) => negations.has(before));
      const good = weightOf(favourable, word);
      const bad = weightOf(unfavourable, word);
      if (good > 0) (turned ? contra : pro).set(word, good);
      // "Never hacked" is not praise: a denial of bad news counts for nothing.
      if (bad > 0 && !turned) contra.set(word, bad);
      const move = weightOf(moving, word);
      if (move > 0 && !turned) motion.set(word, move);
    });
  }
  return { for: total(pro), against: total(contra), moving: total(motion), themes: themesOf(all) };
}

function total(found: ReadonlyMap<string, number>): number {
  return [...found.values()].reduce((sum, value) => sum + value, 0);
}

/** Halves every week for a text that carries its date; a description is always of today. */
function currency(text: ReadText, nowMs: number): number {
  if (text.publishedAtMs === undefined) return 1;
  return 0.5 ** (Math.max(0, nowMs - text.publishedAtMs) / weekMs);
}

/** Without the empty ones and repetitions. */
export function distinctTexts(texts: readonly ReadText[]): readonly ReadText[] {
  const seen = new Set<string>();
  return texts.filter(({ text }) => {
    const key = text.trim();
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function summaryOf(count: number, sums: { pro: number; contra: number }, found: readonly string[]): string {
  const about = found.length === 0 ? 'no known theme' : `themes: ${found.join(', ')}`;
  const weight = `favourable ${sums.pro.toFixed(1)}, unfavourable ${sums.contra.toFixed(1)}`;
  return `Word list over ${count} ${count === 1 ? 'text' : 'texts'}: ${weight}; ${about}.`;
}

/**
 * Judges texts by word lists. Deterministic, bounded, and deaf to instructions in the texts.
 * @returns `null` without any text: missing is not neutral.
 */
export function narrateByLexicon(texts: readonly ReadText[], nowMs: number): Narrative | null {
  const used = distinctTexts(texts);
  if (used.length === 0) return null;
  const tallies = used.map((text) => ({
    voice: voices[text.kind],
    age: currency(text, nowMs),
    tally: tallyText(text),
  }));
  const sum = (of: (entry: (typeof tallies)[number]) => number): number =>
    tallies.reduce((all, entry) => all + of(entry), 0);
  const pro = sum(({ voice, age, tally }) => voice * age * tally.for);
  const contra = sum(({ voice, age, tally }) => voice * age * tally.against);
  const found = themes.filter((theme) => tallies.some(({ tally }) => tally.themes.has(theme.name)));
  const pull = found.reduce((all, theme) => all + theme.pull, 0);
  const motion = sum(({ voice, age, tally }) => voice * age * tally.moving) + pull;
  const names = found.map((theme) => theme.name);
  return {
    provider: 'lexicon',
    sentiment: 0.5 + (0.5 * (pro - contra)) / (pro + contra + opinionNeeded),
    momentum: 1 - Math.exp(-motion / momentumScale),
    themes: names,
    summary: summaryOf(used.length, { pro, contra }, names),
    observedAtMs: Math.min(...used.map((text) => text.observedAtMs)),
  };
}
