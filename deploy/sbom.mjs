// Makes one CycloneDX document of what the image contains: .NET packages from the published deps.json, npm packages from package-lock.json.
//
//   node deploy/sbom.mjs [--version VERSION] DEPS_JSON PACKAGE_LOCK_JSON
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const PRODUCT = 'Fayo.Calls.Silo';

const { values, positionals } = parseArgs({ options: { version: { type: 'string' } }, allowPositionals: true });
if (positionals.length !== 2) {
  console.error('usage: node deploy/sbom.mjs [--version VERSION] DEPS_JSON PACKAGE_LOCK_JSON');
  process.exit(2);
}

const [deps, lock] = positionals.map((file) => JSON.parse(readFileSync(file, 'utf8')));

/** A package with the SHA-512 that its registry gives, `sha512-` and base64. */
function library(purl, name, version, integrity, license) {
  const sha512 = integrity?.match(/^sha512-(.+)$/)?.[1];
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    ...(sha512 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
    // An expression, because npm has also "(MIT OR Apache-2.0)".
    ...(license && { licenses: [{ expression: license }] }),
    purl,
  };
}

/** The packages of a deps.json, without the product's own projects. */
const readNuGetPackages = ({ libraries }) =>
  Object.entries(libraries)
    .filter(([, { type }]) => type === 'package')
    .map(([key, { sha512 }]) => {
      const [name, version] = key.split('/');
      return library(`pkg:nuget/${name}@${version}`, name, version, sha512);
    });

/** The packages of a package-lock.json that are in the pages: no tools, and not the project's own. */
const readNpmPackages = ({ packages }) =>
  Object.entries(packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
    .map(([path, { version, integrity, license }]) => {
      const name = path.split('node_modules/').at(-1);
      return library(`pkg:npm/${name.replace('@', '%40')}@${version}`, name, version, integrity, license);
    });

/** A package is in the lock once for each folder that it lies in. */
function withoutRepeats(components) {
  const byRef = new Map(components.map((component) => [component['bom-ref'], component]));
  return [...byRef.values()].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
}

const ownVersion = Object.keys(deps.libraries).find((key) => key.startsWith(`${PRODUCT}/`))?.split('/')[1];
const document = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: `urn:uuid:${randomUUID()}`,
  version: 1,
  metadata: {
    timestamp: new Date().toISOString(),
    component: { type: 'application', 'bom-ref': PRODUCT, name: PRODUCT, version: values.version || ownVersion || '0.0.0' },
  },
  components: withoutRepeats([...readNuGetPackages(deps), ...readNpmPackages(lock)]),
};

process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
