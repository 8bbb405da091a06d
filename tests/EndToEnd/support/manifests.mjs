// Checks Kubernetes manifests as strictly as an API server with `--validate=strict`: types, required fields, enumerations, unknown fields.

const CUSTOM_RESOURCES = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
};

/** All objects of a stream of YAML documents. */
export function parseManifests(yaml, text) {
  const documents = yaml.parseAllDocuments(text, { uniqueKeys: true, strict: true });
  for (const { errors } of documents) if (errors.length > 0) throw errors[0];
  return documents.map((document) => document.toJS()).filter((object) => object !== null);
}

/** How an object is called in a sentence: `Service calls`. */
export const nameOf = ({ kind, metadata }) => `${kind} ${metadata?.name}`;

/** What is wrong with an object; empty where nothing is. `load` imports a module of the packages kubernetes-models. */
export async function findFaults(load, object) {
  const [group] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
  const model = (await load(`${CUSTOM_RESOURCES[group] ?? 'kubernetes-models'}/${object.apiVersion}/${object.kind}`))[object.kind];
  const looked = new Set();
  try {
    // The validators read every field that they know: what none of them has read is unknown.
    model.prototype.validate.call(watch(object, '', looked));
  } catch (error) {
    return [`${nameOf(object)}: ${error.message}`];
  }
  return [...pathsOf(object, '')].filter((path) => !looked.has(path)).map((path) => `${nameOf(object)}: ${path} is not a known field`);
}

function watch(value, path, looked) {
  if (value === null || typeof value !== 'object') return value;
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return target[key];
      looked.add(`${path}/${key}`);
      return watch(target[key], `${path}/${key}`, looked);
    },
  });
}

function* pathsOf(value, path) {
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    yield `${path}/${key}`;
    yield* pathsOf(inner, `${path}/${key}`);
  }
}
