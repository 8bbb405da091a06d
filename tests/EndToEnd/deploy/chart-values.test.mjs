// The values of the Helm chart: wrong ones are refused before anything is changed, and README, guide and notes tell the truth about them.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CHART, EVERYTHING, find, helm, objectsOf, podOf, SECRETS, settingsOf, skip, SMALLEST, template, valuesOf, yaml } from '../support/chart.mjs';
import { read } from '../support/deploy-tools.mjs';
import { parseManifests } from '../support/manifests.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fayo-chart-values-'));
after(() => rmSync(folder, { recursive: true }));

const FAULTS = [
  ['no Secret', ['--set', 'existingSecret='], /existingSecret/],
  ['no image', ['--set', 'image.repository='], /image\/repository|image\.repository/],
  ['a digest that is none', ['--set', 'image.digest=sha256:12'], /digest/],
  ['a misspelt setting', ['--set', 'settings.Calls__RingTimeuot=00:00:30'], /Calls__RingTimeuot/],
  ['a setting that the chart itself sets', ['--set', 'settings.Calls__ClusterId=x'], /Calls__ClusterId/],
  ['a setting with a value of the wrong form', ['--set', 'settings.Calls__RingTimeout=45s'], /Calls__RingTimeout/],
  ['a setting that is not text', ['--set-json', 'settings={"Calls__RequestBurst": 400}'], /Calls__RequestBurst/],
  ['a password in the URL of the directory', ['--set', 'settings.Directory__Url=https://me:secret@users.example.com'], /Directory__Url/],
  ['a password in the URL of the issuer’s keys', ['--set', 'settings.JWT_JWKS_URL=https://me:secret@login.example.com/keys'], /JWT_JWKS_URL/],
  ['metrics on the port of something else', ['--set', 'metrics.port=3010'], /metrics.port/],
  ['a secret of a collector among settings', ['--set', 'settings.OTEL_EXPORTER_OTLP_HEADERS=key=1'], /OTEL_EXPORTER_OTLP_HEADERS/],
  ['a misspelt value', ['--set', 'replica=5'], /replica/],
  ['a misspelt value further down', ['--set', 'networkPolicy.enable=false'], /enable/],
  ['no silo', ['--set', 'replicas=0'], /replicas/],
  ['a drain that the service would refuse', ['--set', 'drain.delaySeconds=61'], /delaySeconds/],
  ['fewer silos at most than at least', ['--set', 'autoscaling.enabled=true,autoscaling.minReplicas=5,autoscaling.maxReplicas=2'], /autoscaling\.minReplicas: 5 is more/],
  ['a monitor without metrics', ['--set', 'metrics.enabled=false,metrics.podMonitor.enabled=true'], /metrics\.podMonitor\.enabled/],
  ['a label in place of one of its own', ['--set', 'podLabels.app\\.kubernetes\\.io/name=other'], /podLabels/],
  ['a URL in place of a host', ['--set', 'ingress.enabled=true,ingress.host=https://calls.example.com'], /host/],
  ['a URL in place of a host name', ['--set-json', 'httpRoute={"enabled":true,"parentRefs":[{"name":"public"}],"hostnames":["https://calls.example.com"]}'], /hostnames/],
  ['an Ingress without a host', ['--set', 'ingress.enabled=true'], /host/],
  ['an HTTPRoute without a Gateway', ['--set', 'httpRoute.enabled=true'], /parentRefs/],
  ['metrics that nobody may read', ['--set-json', 'networkPolicy.metricsFrom=[]'], /metricsFrom/],
  ['more silos than PostgreSQL has connections for', ['--set', 'replicas=8'], /database\.maxConnections: 8 silos .* need up to 118 connections/],
  ...SECRETS.map((name) => [`${name} among settings`, ['--set', `settings.${name}=do-not-repeat-me`], new RegExp(name)]),
];

describe('the chart refuses', { skip }, () => {
  for (const [fault, args, says] of FAULTS) {
    test(fault, () => {
      const { status, output } = template(SMALLEST, ...args);
      assert.notEqual(status, 0);
      assert.match(output, says);
      assert.doesNotMatch(output, /do-not-repeat-me/);
    });
  }
});

describe('the chart', { skip }, () => {
  test('knows every setting of the README', () => {
    const table = read('README.md').split('\n## Settings\n')[1].split('\n## ')[0];
    const names = table
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...line.split('|')[1].matchAll(/`([A-Za-z_]+)`/g)].map(([, name]) => name));
    assert.ok(names.includes('DATABASE_URL') && names.includes('Calls__RingTimeout'));
    const { settings } = JSON.parse(read('deploy', 'helm', 'fayo-calls', 'values.schema.json')).properties;
    const known = new Set([
      ...Object.keys(settings.properties),
      ...Object.keys(settingsOf(objectsOf(EVERYTHING))),
      ...podOf(objectsOf(EVERYTHING)).spec.containers[0].env.map(({ name }) => name),
      ...SECRETS,
      // In a cluster the Ingress or the gateway has the certificate for clients.
      'Calls__Tls',
    ]);
    assert.deepEqual(names.filter((name) => !known.has(name)), []);
  });

  test('counts the connections of PostgreSQL in its notes', () => {
    const { status, output } = helm('install', 'calls', CHART, '--dry-run=client', ...valuesOf(SMALLEST));
    assert.equal(status, 0, output);
    assert.match(output, /one silo +8 pool \+ 4 Orleans \+ 1 writer = 13\n/);
    assert.match(output, /all silos +\(3 \+ 1\) x 13 \+ 1 for migrations = 53\n/);
    assert.match(output, /needed +63 of max_connections = 100 /);
  });
});

describe('the guide, docs/deploy.md', { skip }, () => {
  const guide = read('docs', 'deploy.md');

  test('shows values that the chart takes', () => {
    const [, first] = /```yaml\n(# calls\.yaml\n[^`]+)```/.exec(guide);
    const [, route] = /```yaml\n(httpRoute:\n[^`]+)```/.exec(guide);
    const files = [first, route].map((text, index) => {
      const file = join(folder, `guide-${index}.yaml`);
      writeFileSync(file, text);
      return file;
    });
    const { status, stdout, output } = helm('template', 'calls', CHART, ...files.flatMap((file) => ['--values', file]));
    assert.equal(status, 0, output);
    const objects = parseManifests(yaml, stdout);
    assert.ok(find(objects, 'Ingress') && find(objects, 'HTTPRoute'));
    assert.ok(guide.includes(`deployment/${find(objects, 'Deployment').metadata.name}`), 'and calls the Deployment by its name');
  });

  test('counts connections as the chart does', () => {
    const rows = [...guide.matchAll(/^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)].map((row) => row.slice(1).map(Number));
    assert.ok(rows.length >= 5);
    for (const [silos, pool, needed, withOthers] of rows) {
      const allowed = (max) => template(SMALLEST, '--set', `replicas=${silos},database.connections=${pool},database.maxConnections=${max}`).status === 0;
      assert.equal(withOthers, needed + 10);
      assert.deepEqual([allowed(withOthers), allowed(withOthers - 1)], [true, false], `${silos} silos with a pool of ${pool}`);
    }
  });
});
