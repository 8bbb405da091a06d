// Pages that are open, or are being loaded, while the service is upgraded.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noBrowser, seesTheOther } from '../support/browser.mjs';
import { PrefixProxy } from '../support/prefix-proxy.mjs';
import { Stage } from '../support/stage.mjs';
import { TcpProxy } from '../support/tcp-proxy.mjs';
import { DIRECT, press, remotePicture, says, talking, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, stranger, staffAtConsole, patientAtPhone } = visitorsOf(stage);

/** The pages behind a proxy that can be cut, and that can give a newer version of the page. */
async function newerBehindProxy() {
  const proxy = await PrefixProxy.to(() => new URL(stage.service.base).port, '');
  const cable = await TcpProxy.to('127.0.0.1', new URL(proxy.base).port);
  const html = await (await fetch(`${stage.service.base}/me`)).text();
  return {
    base: `http://127.0.0.1:${cable.port}`,
    upgrade() {
      proxy.instead = ({ url }, answer) => {
        if (url !== '/me') return false;
        answer.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-cache' }).end(`${html}<!-- assets/newer-1.js -->`);
        return true;
      };
    },
    reconnect() {
      cable.cut();
      cable.restore();
    },
  };
}

/** A folder with the same pages as another build would make them: all assets have other names. */
async function buildAgain() {
  const folder = await mkdtemp(path.join(tmpdir(), 'fayo-release-'));
  await cp(process.env.FAYO_WEB, folder, { recursive: true, filter: (file) => !/\.(br|gz)$/.test(file) });
  const renamed = (text) => text.replace(/(?<=-)[\w-]{8}(?=\.(js|css)\b)/g, (hash) => [...hash].reverse().join(''));
  for (const file of await readdir(path.join(folder, 'assets'))) await rename(path.join(folder, 'assets', file), path.join(folder, 'assets', renamed(file)));
  for (const file of (await readdir(folder, { recursive: true })).filter((name) => /\.(js|css|html)$/.test(name))) {
    const full = path.join(folder, file);
    await writeFile(full, renamed(await readFile(full, 'utf8')));
  }
  return folder;
}

const mark = (page) => page.evaluate(() => { window.isBefore = true; });
const isLoadedAgain = (page) => eventually('the page is loaded again', () => page.evaluate(() => window.isBefore !== true));

scene('a page whose files are gone, or come from another version by turns, is loaded again until it is whole', async () => {
  const proxy = await PrefixProxy.to(() => new URL(stage.service.base).port, '');
  let missing = 2;
  proxy.instead = ({ url }, answer) => {
    if (!/\/assets\/me-.*\.js/.test(url) || missing-- <= 0) return false;
    answer.writeHead(404, { 'content-type': 'application/problem+json' }).end('{}');
    return true;
  };
  const { page } = await stranger('me', { base: proxy.base });
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  proxy.close();
});

scene('a page of one release gets its files also from a silo of another release', async () => {
  const folder = await buildAgain();
  const proxy = await PrefixProxy.to(() => new URL(asked.base).port, '');
  let asked;
  try {
    const other = await stage.startService({ ...DIRECT, Calls__WebRoot: folder });
    for (const [pages, assets] of [[stage.service, other], [other, stage.service]]) {
      const names = new Set();
      proxy.instead = ({ url }) => {
        asked = url.startsWith('/assets/') ? assets : pages;
        if (asked === assets) names.add(url);
        return false;
      };
      const { page } = await patientAtPhone({ base: proxy.base });
      assert.ok(names.size >= 4, [...names].join());
      for (const url of names) assert.equal((await fetch(assets.base + url)).status, 200, url);
      assert.equal(await page.evaluate(() => sessionStorage.getItem('fayo.renewals')), null, 'it was not loaded again');
    }
    await other.stop();
  } finally {
    proxy.close();
    await rm(folder, { recursive: true });
  }
});

scene('a page that nobody uses takes the newer version when its connection is back', async () => {
  const way = await newerBehindProxy();
  const { page } = await patientAtPhone({ base: way.base });
  await mark(page);
  way.upgrade();
  way.reconnect();
  await isLoadedAgain(page);
  await page.getByText('You can be called').waitFor();
});

scene('a page in a call takes the newer version only when the call is over and closed', async () => {
  const way = await newerBehindProxy();
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone({ base: way.base })]);
  const { page } = patient;
  await talking(staff, patient);
  await mark(page);
  way.upgrade();
  const looked = page.waitForResponse((response) => response.url().endsWith('/me') && !response.url().includes('/api/'));
  way.reconnect();
  await looked;
  await page.evaluate(() => window.dispatchEvent(new Event('vite:preloadError', { cancelable: true })));
  await seesTheOther(page, remotePicture(page));
  assert.equal(await page.evaluate(() => window.isBefore), true);
  await press(staff.page, 'Hang up');
  await says(page, 'The other side hung up');
  assert.equal(await page.evaluate(() => window.isBefore), true);
  await press(page, 'Close');
  await isLoadedAgain(page);
});
