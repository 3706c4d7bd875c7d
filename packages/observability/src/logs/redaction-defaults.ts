/**
 * Field names whose values never leave the process, compared without case, `_`, `-`, `.` and spaces.
 * A leading `*` matches any name that ends so: `*api_key` covers `vendor_api_key` while plain `token` leaves `token_symbol` alone.
 */
export const defaultRedactFields: readonly string[] = [
  '*api_key',
  'secret',
  '*client_secret',
  '*secret_key',
  '*password',
  'passwd',
  'pwd',
  '*passphrase',
  'token',
  '*access_token',
  '*refresh_token',
  '*auth_token',
  '*bearer_token',
  '*session_token',
  '*api_token',
  'id_token',
  '*authorization',
  'cookie',
  'cookies',
  'set_cookie',
  'session_id',
  '*private_key',
  '*mnemonic',
  '*seed_phrase',
  'credentials',
];
