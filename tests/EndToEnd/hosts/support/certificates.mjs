// Certificates of an authority of the test: for the silos among themselves, and for the proxy.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../support/deploy-tools.mjs';

function openssl(...args) {
  const { status, output } = run('openssl', args);
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${output}`);
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes `folder/NAME/{tls.crt,tls.key,ca.crt}` for each name of `extensions`, which says what its certificate is for. */
export function makeCertificates(folder, extensions) {
  const [authority, authorityKey] = [join(folder, 'ca.crt'), join(folder, 'ca.key')];
  openssl('req', '-x509', ...newKey, '-days', '1', '-subj', '/CN=tests', '-keyout', authorityKey, '-out', authority);
  for (const [name, extension] of Object.entries(extensions)) {
    const place = join(folder, name);
    mkdirSync(place, { recursive: true });
    const [certificate, key, request, extensionFile] = ['tls.crt', 'tls.key', 'tls.csr', 'tls.ext'].map((file) => join(place, file));
    writeFileSync(extensionFile, extension);
    openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
    openssl('x509', '-req', '-in', request, '-CA', authority, '-CAkey', authorityKey, '-CAcreateserial', '-days', '1', '-extfile', extensionFile, '-out', certificate);
    run('cp', [authority, join(place, 'ca.crt')]);
  }
  return authority;
}
