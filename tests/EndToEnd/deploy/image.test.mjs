// What can be said of the image without building it: its list of contents, and what stays out.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { findModules, read, ROOT, run } from '../support/deploy-tools.mjs';

const silo = process.env.FAYO_SILO ?? join(ROOT, 'artifacts', 'bin', 'Fayo.Calls.Silo', 'release', 'Fayo.Calls.Silo.dll');
const deps = join(dirname(silo), 'Fayo.Calls.Silo.deps.json');
const modules = findModules('sbom', ['@cyclonedx/cyclonedx-library@10.3.0', 'ajv@8.20.0', 'ajv-formats@3.0.1', 'ajv-formats-draft2019@1.6.1']);

describe('the list of what is in the image', { skip: existsSync(deps) ? false : 'the service has not been built' }, () => {
  const list = (...args) => run('node', [join(ROOT, 'deploy', 'sbom.mjs'), ...args]);
  const make = () => JSON.parse(list('--version', '1.2.3', deps, join(ROOT, 'web', 'package-lock.json')).stdout);

  test('names the packages of the service and of the pages, and no tools', () => {
    const { components, metadata } = make();
    const names = components.map(({ name }) => name);
    for (const name of ['Npgsql', 'Microsoft.Orleans.Server', 'react', '@microsoft/signalr']) assert.ok(names.includes(name), name);
    for (const name of ['typescript', 'vite', 'Fayo.Calls.Gateway']) assert.ok(!names.includes(name), name);
    assert.equal(metadata.component.version, '1.2.3');
    assert.equal(new Set(components.map((component) => component['bom-ref'])).size, components.length);
  });

  test('is valid CycloneDX', { skip: modules.missing ?? false }, async () => {
    const { Validation, Spec } = modules.require('@cyclonedx/cyclonedx-library');
    const faults = (document) => new Validation.JsonStrictValidator(Spec.Version.v1dot5).validate(JSON.stringify(document));
    assert.equal(await faults(make()), null);
    assert.notEqual(await faults({ ...make(), bomFormat: 'Other' }), null);
  });

  test('says how it is used when it is not told what to read', () => {
    const { status, stderr } = list();
    assert.equal(status, 2);
    assert.match(stderr, /^usage: /);
  });
});

test('the build of the image does not see secrets and what earlier builds left', () => {
  const ignored = read('.dockerignore').split('\n');
  for (const entry of ['.git', '.data', '**/.env', '**/bin', '**/obj', '**/node_modules', 'artifacts', 'deploy/compose']) assert.ok(ignored.includes(entry), entry);
});

test('the image runs as a user of its own, and its ports are those of chart and compose', () => {
  const dockerfile = read('deploy', 'Dockerfile');
  assert.match(dockerfile, /^USER 1654:1654$/m);
  assert.match(dockerfile, /^EXPOSE 3010\/tcp 11111\/tcp 9464\/tcp$/m);
  assert.match(dockerfile, /^ENTRYPOINT \["dotnet", "Fayo\.Calls\.Silo\.dll"\]$/m);
});
