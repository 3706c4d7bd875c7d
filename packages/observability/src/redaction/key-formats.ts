/** Takes one secret, gives what stands in its place. */
export type ReplaceSecret = (secret: string) => string;

// The formats are the vendors' own, each with the prefix they give so that leaked keys are found. Plain hexadecimal is
// missing on purpose: a digest, an address or a transaction looks just like a key and is worth reading.
const vendorKey = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    'sk-[\\w-]{16,}', // OpenAI, Anthropic, OpenRouter
    '(?:[sr]k_(?:live|test)|whsec)_[\\w+/=]{16,}', // Stripe
    'gh[pousr]_\\w{20,}|github_pat_\\w{20,}', // GitHub
    'glpat-[\\w-]{20,}', // GitLab
    'npm_\\w{36}|pypi-[\\w-]{50,}', // package registries
    'xox[abeprs]-[\\w-]{10,}|xapp-[\\w-]{10,}', // Slack
    'A[KS]IA[0-9A-Z]{16}', // AWS
    'AIza[\\w-]{35}|GOCSPX-[\\w-]{20,}|ya29\\.[\\w-]{20,}', // Google
    'SG\\.[\\w-]{16,}\\.[\\w-]{16,}|key-[0-9a-f]{32}', // SendGrid, Mailgun
    'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|dop_v1_[0-9a-f]{64}|hf_[A-Za-z0-9]{30,}|lin_api_\\w{32,}',
    'AGE-SECRET-KEY-1[0-9A-Z]{50,}|CG-\\w{24}',
    '\\d{8,10}:[\\w-]{35}', // Telegram
  ].join('|')})(?![\\w-])`,
  'g',
);

const pemBlock =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g;
const jsonWebToken = /\beyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*){0,3}/g;
const bearer = /\b(bearer\s{1,4}(?:token\s{1,4}(?=\S{0,40}\d|\S{16}))?)([^\s"'`,;<>\\]+)/gi;
const basic = /\b(basic\s{1,4})([A-Za-z0-9+/_-]{4,}={0,2})/gi;
// "The bearer token is missing": words that follow in sentences, not in headers.
const plainWord =
  /^(?:tokens?|auth|authentication|authorization|scheme|header|credentials?|realm|of|is|was|and|or|not|in|for|from|with|required|missing|invalid|expired)[.:!?=]?$/i;
// Addresses that are the secret: whoever knows them may write there.
const secretAddress =
  /(\/bot(?=\d{6,20}:[\w-]{30})|\bhooks\.slack\.com\/services\/|\bdiscord(?:app)?\.com\/api\/webhooks\/)(\d{6,20}:[\w-]{30,}|[\w/-]+)/g;

/** Removes private keys in PEM armour, the last one also when its end is missing. */
export function cleanPemBlocks(text: string, replace: ReplaceSecret): string {
  return text.replace(pemBlock, replace);
}

/** Removes what can be told to be a key by its own looks. */
export function cleanKeyFormats(text: string, replace: ReplaceSecret): string {
  return text
    .replace(bearer, (all, kept: string, secret: string) => (plainWord.test(secret) ? all : kept + replace(secret)))
    .replace(basic, (all, kept: string, secret: string) => (isUserAndPassword(secret) ? kept + replace(secret) : all))
    .replace(jsonWebToken, replace)
    .replace(secretAddress, (_all, kept: string, secret: string) => kept + replace(secret))
    .replace(vendorKey, replace);
}

function isUserAndPassword(encoded: string): boolean {
  return Buffer.from(encoded, 'base64').toString('latin1').includes(':');
}
