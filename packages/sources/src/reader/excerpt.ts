const longest = 200;

/** At most 200 characters of what a source sent, on one line, without the secrets given. */
export function excerpt(text: string, secrets: readonly string[] = []): string {
  // Cut before replacing, so that a body of megabytes costs nothing, but late enough that a cut never halves a secret.
  const room = longest * 2 + secrets.reduce((total, secret) => total + secret.length, 0);
  const clean = withoutSecrets(text.slice(0, room), secrets)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not reach a log.
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ')
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((cleaned, secret) => (secret === '' ? cleaned : cleaned.replaceAll(secret, '[secret]')), text);
}
