// Alerts and dashboard: promtool takes them, each alert fires when it should, and they ask for metrics that docs/deploy.md lists.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { findDebianProgram, findModules, read, ROOT, run } from '../support/deploy-tools.mjs';

const PROMETHEUS = join(ROOT, 'deploy', 'prometheus');

const promtool = findDebianProgram('promtool', 'prometheus', 'usr/bin/promtool');
const modules = findModules('yaml', ['yaml@2.9.1']);
const skip = promtool.missing ?? modules.missing ?? false;

const folder = mkdtempSync(join(tmpdir(), 'fayo-monitoring-'));
after(() => rmSync(folder, { recursive: true }));

const check = (...args) => run(promtool.path, args, { cwd: PROMETHEUS });
const guide = read('docs', 'deploy.md');
const dashboard = JSON.parse(read('deploy', 'grafana', 'fayo-calls.json'));
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const queries = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr]));

describe('the alerts', { skip }, () => {
  const readAlerts = () => modules.require('yaml').parse(read('deploy', 'prometheus', 'alerts.yaml')).groups.flatMap(({ rules }) => rules);

  test('are rules that Prometheus takes, also with the configuration of deploy/compose', () => {
    for (const args of [['check', 'rules', 'alerts.yaml'], ['check', 'config', 'prometheus.yaml']]) {
      const { status, output } = check(...args);
      assert.equal(status, 0, output);
    }
  });

  test('fire when they should, and are silent when they should be', () => {
    const { status, output } = check('test', 'rules', 'alerts.test.yaml');
    assert.equal(status, 0, output);
  });

  test('are each tested', () => {
    const tests = modules.require('yaml').parse(read('deploy', 'prometheus', 'alerts.test.yaml')).tests;
    const fired = new Set(tests.flatMap((one) => one.alert_rule_test).filter((one) => one.exp_alerts.length > 0).map((one) => one.alertname));
    assert.deepEqual(readAlerts().map(({ alert }) => alert).filter((alert) => !fired.has(alert)), []);
  });

  test('have a severity, and a section of the guide that says what to do', () => {
    for (const { alert, labels, annotations } of readAlerts()) {
      assert.match(labels.severity, /^(warning|critical)$/, alert);
      assert.equal(annotations.runbook_url, `docs/deploy.md#${alert.toLowerCase()}`);
      assert.match(guide, new RegExp(`^#+ ${alert}$`, 'm'), `docs/deploy.md has a section ${alert}`);
    }
  });
});

describe('the dashboard', { skip }, () => {
  test('asks in queries that Prometheus takes', () => {
    const rules = queries.map(([, expr], index) => ({ record: `panel:${index}`, expr: withoutVariables(expr) }));
    const file = join(folder, 'panels.json');
    // JSON is YAML as well.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    const { status, output } = check('check', 'rules', file);
    assert.equal(status, 0, output);
  });

  test('shows the silos that were chosen, in every query', () => {
    for (const [title, expr] of queries) {
      const chosen = expr.match(/\{job="fayo-calls", namespace=~"\$namespace", instance=~"\$silo"/g) ?? [];
      assert.equal(chosen.length, expr.match(/\{job=/g)?.length, title);
    }
  });

  test('has a place of its own for every panel', () => {
    const taken = new Set();
    for (const { title, gridPos } of dashboard.panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.ok(!taken.has(`${x} ${y}`), `${title} lies on another panel`);
          taken.add(`${x} ${y}`);
        }
      }
    }
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
  });
});

test('the links within the guide lead somewhere', () => {
  const anchors = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
  const links = [...guide.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  assert.ok(links.length > 5);
  assert.deepEqual(links.filter((link) => !anchors.includes(link)), []);
});

test('alerts and dashboard ask only for metrics of the service that the guide lists', () => {
  const listed = new Set(readListedMetrics());
  const asked = `${queries.map(([, expr]) => expr).join('\n')}\n${read('deploy', 'prometheus', 'alerts.yaml')}`.match(/\bfayo_calls_\w+/g);
  assert.ok(asked.length > 20);
  assert.deepEqual([...new Set(asked)].filter((name) => !listed.has(name)), []);
});

test('the dashboard shows every metric of the service that the guide lists, but for the certificate, which is an alert', () => {
  const shown = queries.map(([, expr]) => expr).join('\n');
  const families = readTable().map(({ name }) => name.replaceAll('.', '_'));
  assert.deepEqual(families.filter((name) => !shown.includes(name)), ['fayo_calls_certificate_remaining']);
});

function withoutVariables(expr) {
  return expr.replaceAll('$__rate_interval', '5m').replaceAll('$namespace', '.*').replaceAll('$silo', '.*');
}

/** The table of metrics in the guide. */
function readTable() {
  return [...guide.matchAll(/^\| `(fayo\.calls\.[a-z._]+)` \| (\w+) \| `([^`]+)` \|/gm)].map(([, name, kind, unit]) => ({ name, kind, unit }));
}

/** The names that OpenTelemetry's metrics have in Prometheus. */
function readListedMetrics() {
  const table = readTable();
  assert.ok(table.length > 15);
  return table.flatMap(({ name, kind, unit }) => {
    const base = name.replaceAll('.', '_') + (unit === 's' ? '_seconds' : '');
    if (kind === 'Counter') return [`${base}_total`];
    return kind === 'Histogram' ? [`${base}_bucket`, `${base}_count`, `${base}_sum`] : [base];
  });
}
