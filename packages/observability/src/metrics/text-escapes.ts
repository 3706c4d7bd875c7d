// `u` makes this class match only surrogates without their other half.
const loneSurrogate = /\p{Surrogate}/gu;
const controls = /\p{Cc}/gu;
const labelEscape = /[\\\n"]/g;
const helpEscape = /[\\\n]/g;

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' };
const escapeOne = (found: string): string => escapes[found] ?? found;

/** A string that has a UTF-8 form: a surrogate without its other half becomes U+FFFD. */
export function toWellFormed(text: string): string {
  return text.replace(loneSurrogate, '\uFFFD');
}

/** For label values in both formats, and for HELP in OpenMetrics, whose grammar refuses a bare quote there. */
export function escapeQuoted(text: string): string {
  return text.replace(labelEscape, escapeOne);
}

/** For HELP in the text format, where quotes stand as they are. */
export function escapeHelp(text: string): string {
  return text.replace(helpEscape, escapeOne);
}

/** A short piece of foreign text that is safe inside a message. */
export function toExcerpt(text: string, maxLength = 64): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return toWellFormed(cut).replace(controls, '\uFFFD');
}
