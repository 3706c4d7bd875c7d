import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';

/** Files named in the configuration. */
export interface TlsFiles {
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
}

/** What the files hold. */
export interface TlsIdentity {
  /** Every authority that is trusted; undefined for those Node knows. */
  readonly ca: readonly string[] | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

/**
 * Reads the files and tries them out.
 *
 * @throws Error that names the file which is missing or holds something else
 */
export async function readTlsFiles(files: TlsFiles): Promise<TlsIdentity> {
  const [ca, cert, key] = await Promise.all([
    read('ca_file', files.ca_file),
    read('cert_file', files.cert_file),
    read('key_file', files.key_file),
  ]);
  tryOut(`tls.ca_file ${files.ca_file}`, { ca });
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Error(`tls.ca_file ${files.ca_file}: no certificate in PEM form`);
  }
  tryOut(`tls.cert_file ${files.cert_file} and tls.key_file ${files.key_file}`, { cert, key });
  return { ca: ca === undefined ? undefined : [...knownAuthorities(), ca.toString()], cert, key };
}

/** TLS 1.2 at least, whatever the process was started with. */
export function toSecureContext({ ca, cert, key }: TlsIdentity): tls.SecureContext {
  return tls.createSecureContext({
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
}

/** With those of NODE_EXTRA_CA_CERTS and of the system from Node 22.15 on, which has a function that tells them. */
function knownAuthorities(): readonly string[] {
  const tell: unknown = Reflect.get(tls, 'getCACertificates');
  return typeof tell === 'function' ? tell('default') : tls.rootCertificates;
}

async function read(key: string, path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`tls.${key} ${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

function tryOut(what: string, options: { readonly [name in 'ca' | 'cert' | 'key']?: Buffer | undefined }): void {
  try {
    tls.createSecureContext(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)));
  } catch (error) {
    throw new Error(`${what} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
