import { distinctTexts, narrateByLexicon } from '../narrative/lexicon.ts';
import type { Assessed, Narrated } from './scan-states.ts';
import type { Stage } from './stage.ts';

/** Judges what is written about the token. Items are texts: repeated and empty ones are filtered. */
export function narrateStage(): Stage<Assessed, Narrated> {
  return {
    name: 'narrate',
    stopsAtDeadline: true,
    run: async (assessed) => ({ ...assessed, narrative: narrateByLexicon(assessed.texts, assessed.scoredAtMs) }),
    size: ({ texts }) => texts.length,
    tally: ({ texts }) => {
      const out = distinctTexts(texts).length;
      return { out, filtered: texts.length - out, failed: 0 };
    },
    observations: () => [],
  };
}
