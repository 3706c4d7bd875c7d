import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { ListenError } from './listen-error.ts';

/** What HTTPS is served with. */
export interface TlsFiles {
  /** PEM file of the certificate, with those that lead to its root. */
  readonly certFile: string;
  /** PEM file of its key. */
  readonly keyFile: string;
}

/** @throws ListenError OBS_TLS_INVALID naming the file; nothing of a key is in the message */
export async function readTlsFiles(
  { certFile, keyFile }: TlsFiles,
  where: { readonly port: number; readonly address: string },
): Promise<{ readonly cert: Buffer; readonly key: Buffer }> {
  const read = async (file: string) => {
    try {
      return await readFile(file);
    } catch (error) {
      throw new ListenError('tls_invalid', where, new Error(`${file} cannot be read: ${causeOf(error)}`));
    }
  };
  const [cert, key] = [await read(certFile), await read(keyFile)];
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new ListenError(
      'tls_invalid',
      where,
      new Error(`${certFile} and ${keyFile} are no certificate and its key: ${causeOf(error)}`),
    );
  }
  return { cert, key };
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
