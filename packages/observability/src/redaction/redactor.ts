import { redactedText } from './placeholder.ts';
import { createPseudonyms } from './pseudonym.ts';
import { createNameJudge } from './secret-names.ts';
import { markText, textMarks } from './text-marks.ts';
import { createTextRules } from './text-rules.ts';

/**
 * Finds secrets by the name they are stored under and by what they look like inside text. One for each sink:
 * `count` grows by one for every value removed; whoever owns the sink reads and reports it.
 */
export interface Redactor {
  count: number;
  /** Marks that every text has beside its own (`markText`), so that none goes uncleaned. */
  readonly marks: number;
  /** Whether a value stored under `name` is a secret; names given by their end also as plural or numbered (`api_key_2`). */
  isSecretName(name: string): boolean;
  /** `text` without the secrets it contains; the same string when there are none. `marks` saves looking for them again. */
  cleanText(text: string, marks?: number): string;
  /** What stands in place of `secret`, which is counted. */
  replace(secret: unknown): string;
}

/** How removed values are shown. */
export interface RedactorOptions {
  /** Makes `[REDACTED:hmac:…]` of a secret, the same for the same secret; itself removed from every text. */
  readonly pseudonymKey?: string | undefined;
}

/** @param fields names as in `logging.redact_fields`; a leading `*` matches the end of a name */
export function createRedactor(fields: readonly string[], { pseudonymKey }: RedactorOptions = {}): Redactor {
  const isSecretName = createNameJudge(fields);
  const nameOf = pseudonymKey === undefined ? undefined : createPseudonyms(pseudonymKey);
  const replace = (secret: unknown): string => {
    redactor.count += 1;
    return nameOf === undefined ? redactedText : nameOf(secret);
  };
  const clean = createTextRules({ isSecretName, replace });
  const withoutKey = (text: string): string => {
    if (pseudonymKey === undefined || !text.includes(pseudonymKey)) return text;
    redactor.count += 1;
    return text.replaceAll(pseudonymKey, redactedText);
  };
  const redactor: Redactor = {
    count: 0,
    marks: pseudonymKey === undefined ? 0 : textMarks.keyFormat,
    isSecretName,
    cleanText: (text, marks = markText(text)) => clean(withoutKey(text), marks),
    replace,
  };
  return redactor;
}
