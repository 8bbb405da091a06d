// The Helm chart as the tests of it see it: rendered for the sets of values in its folder ci/.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findHelmAndKubectl, findModules, ROOT, run } from './deploy-tools.mjs';
import { parseManifests } from './manifests.mjs';

export const CHART = join(ROOT, 'deploy', 'helm', 'fayo-calls');
export const SMALLEST = 'smallest-values.yaml';
export const EVERYTHING = 'everything-values.yaml';
export const VALUE_SETS = readdirSync(join(CHART, 'ci'));

// What may only be in the Secret.
export const SECRETS = ['DATABASE_URL', 'JWT_SECRET', 'AGORA_APP_CERTIFICATE', 'Calls__IceServers', 'Calls__TurnSecret', 'JWT_SECRET_PREVIOUS', 'Calls__AuditSecret',
  'Calls__PreviousAuditSecret', 'Calls__Push__VapidPrivateKey', 'RABBITMQ_URL'];

const programs = findHelmAndKubectl();
const modules = findModules('manifests', [
  'kubernetes-models@5.1.0',
  '@kubernetes-models/prometheus-operator@6.0.0',
  '@kubernetes-models/gateway-api@2.0.0',
  'yaml@2.9.1',
]);

/** Why the chart cannot be tested here; false where it can be. */
export const skip = programs.missing ?? modules.missing ?? false;

export const yaml = skip ? undefined : modules.require('yaml');

/** Imports a module of the packages kubernetes-models. */
export const load = (name) => import(pathToFileURL(join(modules.folder, 'node_modules', `${name}.js`)));

export const valuesOf = (set) => ['--values', join(CHART, 'ci', set)];
export const helm = (...args) => run(programs.helm, args, { cwd: tmpdir() });
export const kubectl = (...args) => run(programs.kubectl, args, { cwd: tmpdir() });
export const template = (set, ...more) => helm('template', 'calls', CHART, '--namespace', 'prod', ...valuesOf(set), ...more);

/** Each set is rendered once. */
const rendered = new Map();

/** The manifests of a set of values, as text. */
export function render(set) {
  if (!rendered.has(set)) {
    const { status, stdout, output } = template(set);
    assert.equal(status, 0, output);
    rendered.set(set, stdout);
  }
  return rendered.get(set);
}

export const objectsOf = (set) => parseManifests(yaml, render(set));
export const find = (objects, kind, suffix = '') => objects.find((object) => object.kind === kind && object.metadata.name.endsWith(suffix));
export const settingsOf = (objects) => find(objects, 'ConfigMap', 'calls').data;
export const podOf = (objects) => find(objects, 'Deployment').spec.template;
export const isHook = ({ metadata }) => metadata.annotations?.['helm.sh/hook'] !== undefined;

/** Whether a selector selects what has these labels. */
export const matches = (selector, labels) => Object.entries(selector).every(([name, value]) => labels[name] === value);
