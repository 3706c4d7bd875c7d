import { cleanAssignedValues } from './assigned-values.ts';
import { cleanEmbeddedJson, cleanJsonText } from './json-rules.ts';
import { cleanKeyFormats, cleanPemBlocks, type ReplaceSecret } from './key-formats.ts';
import { isRedacted } from './placeholder.ts';
import { markText, secretMarks, textMarks } from './text-marks.ts';

/** How secrets in text are told and what takes their place. */
export interface TextRuleOptions {
  readonly isSecretName: (name: string) => boolean;
  readonly replace: (secret: unknown) => string;
}

// A password may hold what an address must not, a slash or a hash, unencoded; digits and a slash after the colon are a port.
const userInfo =
  /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)([^\s/?#"'<>]{1,1000}|[^\s/?#"'<>:@]{0,200}:(?!\d{1,5}(?:[/?#]|$))[^\s"'<>@]{1,500})@/gi;
// A query inside a query: ?to=https%3A%2F%2Fh%3Fapi_key%3Dx%26a%3D1
const encodedAssignment = /((?:%[0-9a-f]{2})?)((?:[\w.-]|%5f|%2d){2,80})(%3d)((?:%(?!26)[0-9a-f]{2}|[^\s&"'<>\\%])+)/gi;
// --password hunter2, as command lines take it
const flag = /(?<![\w-])(--([a-z][\w-]{1,60})\s{1,4})(?!-)("[^"]*"?|'[^']*'?|[^\s"']+)/gi;

/** Builds the function that removes secrets from a text whose marks are known. */
export function createTextRules({ isSecretName, replace }: TextRuleOptions): (text: string, marks: number) => string {
  /** Leaves alone what an earlier rule has replaced. */
  const replaceOnce: ReplaceSecret = (secret) => (isRedacted(secret) ? secret : replace(secret));
  const rules = { isSecretName, replace, cleanLeaf: (leaf: string) => clean(leaf, markText(leaf)) };

  function clean(text: string, marks: number): string {
    // JSON is walked even without any mark of a secret: ["token","…"] has none.
    if ((marks & (secretMarks | textMarks.escape)) === 0) return text;
    const json = cleanJsonText(text, rules);
    if (json?.complete) return json.text;
    const found = json?.text ?? (marks & textMarks.escape ? cleanEmbeddedJson(text, rules) : text);
    return (marks & secretMarks) === 0 ? found : cleanPlain(found, marks);
  }

  function cleanPlain(text: string, marks: number): string {
    let cleaned = text;
    if (marks & textMarks.dashes) cleaned = cleanPemBlocks(cleaned, replaceOnce);
    if (marks & textMarks.at) {
      cleaned = cleaned.replace(userInfo, (_all, kept: string, secret: string) => `${kept}${replaceOnce(secret)}@`);
    }
    if (marks & textMarks.assignment) cleaned = cleanAssignedValues(cleaned, isSecretName, replaceOnce);
    if (marks & textMarks.percent) {
      cleaned = cleaned.replace(
        encodedAssignment,
        (all, lead: string, name: string, separator: string, value: string) =>
          isSecretName(decodeURIComponent(name)) ? lead + name + separator + replaceOnce(value) : all,
      );
    }
    if (marks & textMarks.dashes) {
      cleaned = cleaned.replace(flag, (all, kept: string, name: string, value: string) =>
        isSecretName(name) ? kept + replaceOnce(value) : all,
      );
    }
    return marks & textMarks.keyFormat ? cleanKeyFormats(cleaned, replaceOnce) : cleaned;
  }

  return clean;
}
