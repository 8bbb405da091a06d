#!/usr/bin/env node
// Firefox for Playwright, which starts this instead: the Firefox at FAYO_FIREFOX, and in front of its WebDriver BiDi a bridge that says yes to the commands
// which this Firefox does not know yet and no test needs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';

const NOT_NEEDED = new Set(['emulation.setMediaFeaturesOverride']);
const LISTENS = /WebDriver BiDi listening on (ws:\/\/\S+)/;

const firefox = spawn(process.env.FAYO_FIREFOX, process.argv.slice(2), { stdio: ['ignore', 'inherit', 'pipe'] });
firefox.on('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => firefox.kill(signal));

const bridge = new WebSocketServer({ host: '127.0.0.1', port: 0 });
await once(bridge, 'listening');
let address;
firefox.stderr.setEncoding('utf8').on('data', (text) => {
  address ??= LISTENS.exec(text)?.[1];
  process.stderr.write(text.replace(LISTENS, `WebDriver BiDi listening on ws://127.0.0.1:${bridge.address().port}`));
});

bridge.on('connection', (playwright, { url }) => {
  const browser = new WebSocket(address + url);
  const waiting = [];
  browser.on('open', () => { for (const text of waiting.splice(0)) browser.send(text); });
  browser.on('message', (text) => playwright.send(String(text)));
  playwright.on('message', (data) => {
    const text = String(data);
    const { id, method } = JSON.parse(text);
    if (NOT_NEEDED.has(method)) playwright.send(JSON.stringify({ type: 'success', id, result: {} }));
    else if (browser.readyState === WebSocket.CONNECTING) waiting.push(text);
    else browser.send(text);
  });
  playwright.on('close', () => browser.close());
  browser.on('close', () => playwright.close());
  browser.on('error', () => playwright.close());
});
