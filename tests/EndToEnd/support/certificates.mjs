// Certificates for tests, made by openssl: an authority, and certificates that it signs, each in a folder of its own.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });

export class Authority {
  #count = 0;

  /** Everything lies in this folder, which has to be there. */
  constructor(folder = mkdtempSync(path.join(tmpdir(), 'fayo-certificates-'))) {
    this.folder = folder;
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=test authority',
      '-keyout', this.file('ca.key'), '-out', this.file('ca.crt'));
  }

  file(...names) {
    return path.join(this.folder, ...names);
  }

  /** A folder with tls.crt, tls.key and ca.crt. */
  issue({ uses = 'serverAuth,clientAuth', name = `certificate-${++this.#count}` } = {}) {
    const folder = this.file(name);
    mkdirSync(folder);
    const [request, extensions] = [path.join(folder, 'request'), path.join(folder, 'extensions')];
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=fayo-calls', '-keyout', path.join(folder, 'tls.key'), '-out', request);
    writeFileSync(extensions, `extendedKeyUsage=${uses}\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n`);
    openssl('x509', '-req', '-in', request, '-CA', this.file('ca.crt'), '-CAkey', this.file('ca.key'), '-CAcreateserial', '-days', '1',
      '-extfile', extensions, '-out', path.join(folder, 'tls.crt'));
    copyFileSync(this.file('ca.crt'), path.join(folder, 'ca.crt'));
    return folder;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
