// The Helm chart: it lints, and what it renders is valid and fits together. No API server is asked.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  CHART, EVERYTHING, find, helm, isHook, kubectl, load, matches, objectsOf, podOf, render, settingsOf, skip, SMALLEST, template, VALUE_SETS, valuesOf, yaml,
} from '../support/chart.mjs';
import { read } from '../support/deploy-tools.mjs';
import { findFaults, nameOf, parseManifests } from '../support/manifests.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fayo-chart-'));
after(() => rmSync(folder, { recursive: true }));

for (const set of VALUE_SETS) {
  describe(`the chart with ${set}`, { skip }, () => {
    test('lints without a warning', () => {
      const { status, output } = helm('lint', '--strict', CHART, ...valuesOf(set));
      assert.equal(status, 0, output);
    });

    test('renders manifests with the right types and no unknown field', async () => {
      const faults = [];
      for (const object of objectsOf(set)) faults.push(...(await findFaults(load, object)));
      assert.deepEqual(faults, []);
    });

    test('renders what kustomize takes as a base', () => {
      const base = mkdtempSync(join(folder, 'base-'));
      writeFileSync(join(base, 'calls.yaml'), render(set));
      writeFileSync(join(base, 'kustomization.yaml'), 'resources: [calls.yaml]\nnamePrefix: eu-\n');
      const { status, stdout, output } = kubectl('kustomize', base);
      assert.equal(status, 0, output);
      assert.equal(parseManifests(yaml, stdout).length, objectsOf(set).length);
    });

    test('confines every container: no root, no capability, nothing writable, no token', () => {
      for (const { kind, spec } of objectsOf(set).filter(({ kind }) => ['Deployment', 'Job'].includes(kind))) {
        const pod = spec.template.spec;
        assert.equal(pod.automountServiceAccountToken, false, kind);
        assert.equal(pod.securityContext.runAsUser, 1654, kind);
        assert.equal(pod.securityContext.runAsNonRoot, true, kind);
        for (const container of pod.containers) {
          assert.deepEqual(
            container.securityContext,
            { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
            kind,
          );
          assert.ok(container.resources.limits.memory, `${kind} has a limit of memory`);
          assert.equal(container.resources.limits.cpu, undefined, `${kind} has no limit of CPU`);
          assert.equal(container.lifecycle, undefined, `${kind} has no preStop: the drain is in the process`);
        }
      }
    });

    test('gives a silo the time to drain, to close its sockets and to shut down', () => {
      const objects = objectsOf(set);
      const seconds = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
      const { Calls__DrainDelay: delay, Calls__DrainSpread: spread } = settingsOf(objects);
      assert.equal(podOf(objects).spec.terminationGracePeriodSeconds, seconds(delay) + seconds(spread) + 25 + 10);
    });

    test('selects the silos, and never the pods of migrations', () => {
      const objects = objectsOf(set);
      const silo = podOf(objects).metadata.labels;
      const migrations = find(objects, 'Job')?.spec.template.metadata.labels ?? {};
      const selectors = objects.filter((object) => !isHook(object)).flatMap(findSelectors);
      assert.ok(selectors.length >= 4);
      for (const [where, selector] of selectors) {
        assert.ok(matches(selector, silo), `${where} selects the silos`);
        assert.ok(!matches(selector, migrations), `${where} does not select the pods of migrations`);
      }
    });

    test('has hooks that need nothing else of the release, which does not exist yet when they run', () => {
      const objects = objectsOf(set);
      const later = objects.filter((object) => !isHook(object)).map(({ kind, metadata }) => ({ kind, name: metadata.name }));
      for (const hook of objects.filter(isHook)) {
        assert.ok(!['ConfigMap', 'Secret', 'ServiceAccount'].includes(hook.kind), nameOf(hook));
        const pod = hook.spec.template?.spec;
        if (!pod) continue;
        assert.equal(pod.serviceAccountName, undefined);
        assert.equal(pod.volumes, undefined);
        for (const container of pod.containers) {
          assert.equal(container.envFrom, undefined);
          assert.deepEqual(container.env.map(({ name, valueFrom }) => [name, Object.keys(valueFrom)]), [['DATABASE_URL', ['secretKeyRef']]]);
        }
        assert.ok(!later.some(({ kind }) => kind === 'Secret'), 'the Secret is not of the release');
      }
    });
  });
}

describe('the chart', { skip }, () => {
  test('has silos replaced one at a time, none taken away before the next is ready', () => {
    const { spec } = find(objectsOf(SMALLEST), 'Deployment');
    assert.equal(spec.replicas, 3);
    assert.deepEqual(spec.strategy.rollingUpdate, { maxUnavailable: 0, maxSurge: 1 });
  });

  test('leaves the number of silos to the autoscaler where there is one', () => {
    const objects = objectsOf(EVERYTHING);
    assert.equal(find(objects, 'Deployment').spec.replicas, undefined);
    assert.equal(find(objects, 'HorizontalPodAutoscaler').spec.maxReplicas, 9);
  });

  test('probes readiness for traffic, and only the process for restarts', () => {
    const [{ startupProbe, readinessProbe, livenessProbe }] = podOf(objectsOf(SMALLEST)).spec.containers;
    assert.equal(startupProbe.httpGet.path, '/health/ready');
    assert.equal(readinessProbe.httpGet.path, '/health/ready');
    assert.equal(livenessProbe.httpGet.path, '/health/live');
    assert.ok(startupProbe.periodSeconds * startupProbe.failureThreshold >= 600, 'a start may take as long as migrations');
  });

  test('has the silos only check the schema where a Job migrates it, with a role of its own', () => {
    const [smallest, everything] = [objectsOf(SMALLEST), objectsOf(EVERYTHING)];
    assert.equal(settingsOf(smallest).Calls__Migrations, 'Apply');
    assert.equal(find(smallest, 'Job'), undefined);
    assert.equal(settingsOf(everything).Calls__Migrations, 'Verify');
    const [migrations] = find(everything, 'Job').spec.template.spec.containers;
    assert.deepEqual(migrations.args, ['migrate']);
    assert.equal(migrations.env[0].valueFrom.secretKeyRef.name, 'fayo-calls-owner');
  });

  test('lets only silos reach the port for silos', () => {
    const objects = objectsOf(EVERYTHING);
    const rules = objects.find((object) => object.kind === 'NetworkPolicy' && !isHook(object)).spec.ingress;
    const silo = rules.filter(({ ports }) => ports.some(({ port }) => port === 'silo'));
    assert.equal(silo.length, 1);
    assert.equal(silo[0].from.length, 1);
    assert.ok(matches(silo[0].from[0].podSelector.matchLabels, podOf(objects).metadata.labels));
  });

  test('mounts the certificate of silos, and the key files of push services, for their own user only', () => {
    const { spec } = podOf(objectsOf(EVERYTHING));
    assert.equal(settingsOf(objectsOf(EVERYTHING)).Calls__SiloTls, spec.containers[0].volumeMounts[0].mountPath);
    assert.deepEqual(spec.volumes, [
      { name: 'tls', secret: { secretName: 'fayo-calls-silo-tls', defaultMode: 0o440 } },
      { name: 'push', secret: { secretName: 'fayo-calls-push', defaultMode: 0o440 } },
    ]);
    assert.ok(settingsOf(objectsOf(EVERYTHING)).Calls__Push__Fcm.startsWith(`${spec.containers[0].volumeMounts[1].mountPath}/`));
    assert.equal(spec.securityContext.fsGroup, 1654);
  });

  test('replaces the silos when a setting changes, and only then', () => {
    const checksum = (...more) => podOf(parseManifests(yaml, template(SMALLEST, ...more).stdout)).metadata.annotations['checksum/settings'];
    assert.equal(checksum(), checksum('--set', 'podDisruptionBudget.maxUnavailable=2'));
    assert.notEqual(checksum(), checksum('--set', 'settings.Calls__BusyPolicy=Ring'));
  });

  test('brings the alerts as they are, with links to where the guide is', () => {
    const rule = find(objectsOf(EVERYTHING), 'PrometheusRule');
    const text = read('deploy', 'prometheus', 'alerts.yaml').replaceAll('docs/deploy.md#', 'https://docs.example.com/deploy.md#');
    assert.deepEqual(rule.spec, yaml.parse(text));
  });

  test('brings the dashboard as it is', () => {
    const { data } = find(objectsOf(EVERYTHING), 'ConfigMap', '-dashboard');
    assert.deepEqual(JSON.parse(data['fayo-calls.json']), JSON.parse(read('deploy', 'grafana', 'fayo-calls.json')));
  });

  test('has the version of the product', () => {
    const [, version] = /<VersionPrefix>(.+)<\/VersionPrefix>/.exec(read('Directory.Build.props'));
    const chart = yaml.parse(read('deploy', 'helm', 'fayo-calls', 'Chart.yaml'));
    assert.deepEqual([chart.version, chart.appVersion], [version, version]);
  });
});

describe('the check of manifests finds', { skip }, () => {
  const deployment = () => structuredClone(find(objectsOf(SMALLEST), 'Deployment'));
  const container = (object) => object.spec.template.spec.containers[0];
  const faults = [
    ['an unknown field', (object) => (container(object).readinessprobe = {}), /readinessprobe is not a known field/],
    ['an unknown field inside a list', (object) => (container(object).ports[0].portName = 'x'), /ports\/0\/portName is not a known field/],
    ['a wrong type', (object) => (object.spec.replicas = '3'), /replicas/],
    ['a missing field', (object) => delete object.spec.selector, /selector/],
  ];
  for (const [fault, plant, says] of faults) {
    test(fault, async () => {
      const object = deployment();
      plant(object);
      const found = await findFaults(load, object);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0], says);
    });
  }
});

/** The selectors of pods in an object: `[where, labels]` each. */
function findSelectors(object) {
  const found = [];
  const { spec } = object;
  if (object.kind === 'Service') found.push(['Service', spec.selector]);
  const walk = (value, path) => {
    if (value === null || typeof value !== 'object') return;
    const isPods = /(\/selector|\/podSelector|labelSelector)$/.test(path) && !path.includes('affinity');
    if (isPods && value.matchLabels) found.push([`${object.kind}${path}`, value.matchLabels]);
    for (const [key, inner] of Object.entries(value)) walk(inner, `${path}/${key}`);
  };
  walk(spec, '');
  return found;
}
