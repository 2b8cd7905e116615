import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** A certificate, made for one run. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** The file to trust: for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
}

/**
 * Makes a certificate with openssl. It signs itself.
 *
 * @param folder where its files go
 * @param names the hosts that it is for, as openssl writes them. Default: this machine
 * @returns undefined where there is no openssl
 */
export async function makeCertificate(
  folder: string,
  names = 'DNS:localhost,IP:127.0.0.1',
): Promise<Certificate | undefined> {
  const keyFile = path.join(folder, 'key.pem');
  const caFile = path.join(folder, 'cert.pem');
  const options =
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost ` +
    `-addext subjectAltName=${names} -keyout ${keyFile} -out ${caFile}`;
  try {
    await promisify(execFile)('openssl', options.split(' '));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return { key: await readFile(keyFile, 'utf8'), cert: await readFile(caFile, 'utf8'), caFile };
}
