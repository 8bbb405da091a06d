// The pages for browsers as the gateway serves them; here some files stand in for those that the build makes.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { rawRequest, upgrade } from '../support/raw.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { TcpProxy } from '../support/tcp-proxy.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';

const SCRIPT = `console.log("${'hello '.repeat(200)}");`;
const HTML = ['index', 'me', 'monitor'];

let folder;
let root;

const stage = Stage.forThisFile({}, {
  start: false,
  async prepare() {
    folder = await mkdtemp(path.join(tmpdir(), 'fayo-pages-'));
    root = path.join(folder, 'dist');
    await mkdir(path.join(root, 'assets'), { recursive: true });
    for (const name of HTML) await writeFile(path.join(root, `${name}.html`), `<!doctype html><title>${name}</title>`);
    await writeFile(path.join(root, 'assets/app-1234.js'), SCRIPT);
    await writeFile(path.join(root, 'assets/app-1234.js.br'), brotliCompressSync(SCRIPT));
    await writeFile(path.join(root, 'assets/app-1234.js.gz'), gzipSync(SCRIPT));
    await writeFile(path.join(root, 'assets/app-1234.css'), 'body {}');
    await writeFile(path.join(root, 'manifest.webmanifest'), '{}');
    await writeFile(path.join(root, '.hidden'), 'secret');
    await writeFile(path.join(folder, 'outside.txt'), 'secret');
    stage.service = await stage.startService({ Calls__WebRoot: root });
  },
  finish: () => rm(folder, { recursive: true, force: true }),
});

const get = (url, headers = {}) => rawRequest(stage.service, 'GET', url, { host: new URL(stage.service.base).host, ...headers });

test('the three pages are asked for again each time, and cost nothing while they are the same', async () => {
  for (const [url, name] of [['/', 'index'], ['/me', 'me'], ['/monitor', 'monitor'], ['/me?x=1', 'me'], ['/index.html', 'index']]) {
    const answer = await get(url);
    assert.equal(answer.status, 200, url);
    assert.match(answer.text, new RegExp(`<title>${name}</title>`));
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
    const again = await get(url, { 'if-none-match': answer.headers.get('etag') });
    assert.deepEqual([again.status, again.text], [304, '']);
  }
  const { headers } = await get('/');
  await writeFile(path.join(root, 'index.html'), '<!doctype html><title>index</title><p>new</p>');
  await utimes(path.join(root, 'index.html'), 1, 1);
  assert.equal((await get('/', { 'if-none-match': headers.get('etag') })).status, 200);
});

test('assets are kept for a year', async () => {
  for (const [url, type] of [['/assets/app-1234.js', /^text\/javascript; charset=utf-8$/], ['/assets/app-1234.css', /^text\/css; charset=utf-8$/]]) {
    const answer = await get(url);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), type);
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  }
  const manifest = await get('/manifest.webmanifest');
  assert.equal(manifest.headers.get('content-type'), 'application/manifest+json');
  assert.equal(manifest.headers.get('cache-control'), 'no-cache');
});

test('what is compressed in advance goes out so to those who take it', async () => {
  for (const [accepted, encoding] of [['gzip, deflate, br', 'br'], ['gzip', 'gzip'], ['br;q=0, gzip', 'gzip'], ['identity', null], [undefined, null]]) {
    const answer = await fetch(`${stage.service.base}/assets/app-1234.js`, { headers: { 'accept-encoding': accepted ?? 'identity' } });
    assert.equal(answer.headers.get('content-encoding'), encoding, accepted);
    assert.match(answer.headers.get('content-type'), /^text\/javascript/);
    assert.equal(answer.headers.get('vary'), 'Accept-Encoding');
    assert.equal(await answer.text(), SCRIPT);
  }
  const head = await rawRequest(stage.service, 'HEAD', '/assets/app-1234.js', { host: 'localhost', 'accept-encoding': 'br' });
  assert.deepEqual([head.status, head.headers.get('content-encoding'), head.text], [200, 'br', '']);
  for (const url of ['/assets/app-1234.js.br', '/assets/app-1234.js.gz']) assertProblem(await get(url), 404, 'not_found');
  const part = await get('/assets/app-1234.js', { range: 'bytes=0-6' });
  assert.deepEqual([part.status, part.text], [206, 'console']);
});

test('the pages may do what they need and no more', async () => {
  const { host } = new URL(stage.service.base);
  const policy = (await get('/')).headers.get('content-security-policy');
  const rules = Object.fromEntries(policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]));
  assert.deepEqual(rules, {
    'default-src': ["'none'"], 'script-src': ["'self'"], 'style-src': ["'self'"], 'font-src': ["'self'"], 'manifest-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:'], 'media-src': ["'self'", 'blob:', 'mediastream:'], 'worker-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", `ws://${host}`, `wss://${host}`, 'https://*.agora.io:*', 'wss://*.agora.io:*', 'https://*.sd-rtn.com:*', 'wss://*.sd-rtn.com:*'],
    'form-action': ["'none'"], 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"],
  });
  const { headers } = await get('/me');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('permissions-policy'), 'camera=(self), microphone=(self)');
  assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
  const proxied = (await get('/', { 'x-forwarded-host': 'calls.example.com' })).headers.get('content-security-policy');
  assert.match(proxied, / wss:\/\/calls\.example\.com /);
  const hostile = (await get('/', { 'x-forwarded-host': "x; script-src 'unsafe-inline'" })).headers.get('content-security-policy');
  assert.doesNotMatch(hostile, /unsafe/);

  const direct = await stage.startService({ Calls__WebRoot: root, Calls__Media: 'PeerToPeer' });
  assert.doesNotMatch((await fetch(direct.base)).headers.get('content-security-policy'), /agora|sd-rtn/);
});

test('a page with a stroke at its end is the one without, under whatever path the browser knows it', async () => {
  for (const page of ['me', 'monitor']) {
    const answer = await get(`/${page}/`);
    assert.equal(answer.status, 302);
    assert.equal(new URL(answer.headers.get('location'), `https://example.com/fayo/${page}/`).pathname, `/fayo/${page}`);
  }
});

test('no path leads out of the folder, or to what is hidden in it', async () => {
  for (const url of [
    '/../outside.txt', '/assets/../../outside.txt', '/%2e%2e/outside.txt', '/..%2foutside.txt', '/assets/..%2f..%2foutside.txt', '/..%5coutside.txt',
    '/.hidden', '//etc/passwd', '/%2fetc%2fpasswd', '/assets', '/assets/', '/outside.txt', '/index.html%00.js', '/me.html/', '/nothing',
  ]) {
    const answer = await get(url);
    assert.ok([400, 404].includes(answer.status), `${url}: ${answer.status}`);
    assert.doesNotMatch(answer.text, /secret|root:/);
  }
  assertProblem(await rawRequest(stage.service, 'POST', '/', { host: 'localhost' }), 404, 'not_found');
  assertProblem(await get('/api/v1/nothing'), 404, 'not_found');
});

test('its own pages may use the hub, behind a proxy too', async () => {
  const hub = `/ws/calls?access_token=${tokenFor(newUser())}`;
  const { host } = new URL(stage.service.base);
  for (const headers of [
    { origin: `http://${host}` },
    { origin: 'https://calls.example.com', host: 'calls.example.com' },
    { origin: 'https://calls.example.com', 'x-forwarded-host': 'calls.example.com' },
    { origin: 'https://calls.example.com:8443', 'x-forwarded-host': 'calls.example.com:8443, inner' },
  ]) {
    const { socket, status } = await upgrade(stage.service, hub, headers);
    assert.ok(socket, `${JSON.stringify(headers)}: ${status}`);
    socket.close();
  }
  for (const headers of [
    { origin: 'https://evil.example.com' },
    { origin: 'https://evil.example.com', 'x-forwarded-host': 'calls.example.com' },
    { origin: 'https://evil.example.com', host: 'calls.example.com' },
  ]) {
    assert.equal((await upgrade(stage.service, hub, headers)).status, 403, JSON.stringify(headers));
  }
});

describe('where another silo has another release of the pages', () => {
  const SERVED_ALIKE = ['content-type', 'cache-control', 'content-security-policy', 'permissions-policy', 'x-content-type-options', 'vary'];
  let cable;
  let other;
  before(async () => {
    const newer = path.join(folder, 'newer');
    await mkdir(path.join(newer, 'assets'), { recursive: true });
    for (const [release, name] of [[root, 'older-2OctUB0F'], [newer, 'newer-DVkO2-BD']]) {
      await writeFile(path.join(release, `assets/${name}.js`), name + SCRIPT);
      await writeFile(path.join(release, `assets/${name}.js.gz`), gzipSync(name + SCRIPT));
      await writeFile(path.join(release, `assets/${name}.css`), `.${name} {}`);
    }
    // The first one is started again with the assets that were written just now.
    await stage.service.stop();
    await stage.service.start();
    cable = await TcpProxy.to(stage.database.host, stage.database.port);
    other = await stage.startService({ Calls__WebRoot: newer, DATABASE_URL: stage.database.urlThrough(cable.port) });
  });

  test('each serves the assets of both, in the same way', async () => {
    for (const [name, own, foreign] of [['older-2OctUB0F', stage.service, other], ['newer-DVkO2-BD', other, stage.service]]) {
      for (const [file, content] of [[`${name}.js`, name + SCRIPT], [`${name}.css`, `.${name} {}`]]) {
        for (const accepted of ['gzip', 'identity']) {
          const headers = { 'accept-encoding': accepted, host: 'calls.example.com' };
          const expected = await rawRequest(own, 'GET', `/assets/${file}`, headers);
          const answer = await rawRequest(foreign, 'GET', `/assets/${file}`, headers);
          assert.equal(answer.status, 200, file);
          assert.equal(answer.headers.get('content-encoding'), expected.headers.get('content-encoding'));
          for (const header of SERVED_ALIKE) assert.equal(answer.headers.get(header), expected.headers.get(header), `${file}: ${header}`);
          const head = await rawRequest(foreign, 'HEAD', `/assets/${file}`, headers);
          assert.deepEqual([head.status, head.text], [200, '']);
        }
        assert.equal(await (await fetch(`${foreign.base}/assets/${file}`)).text(), content);
      }
    }
  });

  test('what no release has is not found, and only what has a hash is looked for', async () => {
    for (const url of ['/assets/newer-00000000.js', '/assets/newer-DVkO2-BD.js.gz', '/newer-DVkO2-BD.js', '/assets/../newer-DVkO2-BD.js', '/assets/%2e%2e%2fx-DVkO2-BD.js']) {
      assertProblem(await get(url), 404, 'not_found');
    }
    const stored = await stage.database.query('select name, is_compressed from call.page_assets order by name');
    assert.deepEqual(stored.map(({ name }) => name), ['newer-DVkO2-BD.css', 'newer-DVkO2-BD.js', 'older-2OctUB0F.css', 'older-2OctUB0F.js']);
  });

  test('a silo without its database still serves its own, and says that others are to be had later', async () => {
    cable.cut();
    assert.equal((await fetch(`${other.base}/assets/newer-DVkO2-BD.js`)).status, 200);
    const answer = await rawRequest(other, 'GET', '/assets/older-00000000.js', { host: 'localhost' });
    assertProblem(answer, 503, 'unavailable');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    cable.restore();
  });
});

describe('without pages', () => {
  test('their addresses say in words how to get them, and everything else works', async () => {
    for (const WebRoot of [undefined, path.join(folder, 'not-there')]) {
      const service = await stage.startService({ Calls__WebRoot: WebRoot });
      if (WebRoot === undefined && existsSync(path.join(path.dirname(process.env.FAYO_SILO), 'web/index.html'))) {
        // Built beside the program: they are found there without a setting.
        const answer = await fetch(service.base);
        assert.equal(answer.status, 200);
        assert.match(answer.headers.get('content-type'), /^text\/html/);
        continue;
      }
      for (const url of ['/', '/me', '/monitor']) {
        const answer = await fetch(service.base + url);
        assert.equal(answer.status, 404);
        assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
        assert.match(await answer.text(), /have not been built[^]*npm[^]*\/api\/v1/);
      }
      assertProblem(await stage.rest(newUser(), {}, service).get('/nothing'), 404, 'not_found');
      assert.equal((await stage.rest(newUser(), {}, service).get('/calls/sessions')).status, 200);
    }
  });
});
