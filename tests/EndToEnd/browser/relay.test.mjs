// Two pages that reach each other by way of a TURN server alone, as the service's settings name it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hearsTheOther, noBrowser } from '../support/browser.mjs';
import { claimPort } from '../support/ports.mjs';
import { Stage } from '../support/stage.mjs';
import { DIRECT, press, says, talking, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const skip = noBrowser || (spawnSync('turnserver', ['--version']).error ? 'there is no coturn here (turnserver)' : false);
const [username, credential] = ['fayo', 'relay-for-the-tests'];

let turn;
let folder;

async function startTurn(port) {
  folder = await mkdtemp(path.join(tmpdir(), 'fayo-turn-'));
  turn = spawn('turnserver', [
    '-n', '--listening-ip', '127.0.0.1', '--relay-ip', '127.0.0.1', '--listening-port', String(port), '--allow-loopback-peers', '--no-tls', '--no-dtls',
    '--no-cli', '--lt-cred-mech', '--realm', 'fayo', '--user', `${username}:${credential}`, '--log-file', 'stdout', '--userdb', path.join(folder, 'turndb'),
    '--pidfile', path.join(folder, 'pid'),
  ], { stdio: 'ignore' });
  await eventually('the TURN server listens', async () => {
    const probe = connect(port, '127.0.0.1');
    await once(probe, 'connect');
    probe.destroy();
    return true;
  });
}

const stage = Stage.forThisFile({}, {
  start: false,
  async prepare() {
    if (skip) return;
    const port = await claimPort();
    await startTurn(port);
    const servers = [{ urls: [`turn:127.0.0.1:${port}?transport=udp`], username, credential }];
    stage.service = await stage.startService({ ...DIRECT, Calls__IceServers: JSON.stringify(servers) });
  },
  async finish() {
    if (turn) {
      const ended = once(turn, 'close');
      turn.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    }
  },
});
const { scene, staffAtConsole, patientAtPhone } = visitorsOf(stage);

// Runs in the page: as in a network that lets nothing through but what goes by way of the relay.
function relayOnly() {
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(configuration) {
      super({ ...configuration, iceTransportPolicy: 'relay' });
    }

    setConfiguration(configuration) {
      super.setConfiguration({ ...configuration, iceTransportPolicy: 'relay' });
    }
  };
}

const waysInUse = (page) => page.evaluate(async () => {
  const connection = window.keptMedia.connections.find((each) => each.connectionState === 'connected');
  const stats = await connection.getStats();
  const transport = [...stats.values()].find((stat) => stat.type === 'transport');
  const pair = stats.get(transport.selectedCandidatePairId);
  return [pair.localCandidateId, pair.remoteCandidateId].map((id) => stats.get(id).candidateType);
});

scene('two pages between which nothing else gets through see and hear each other by way of the TURN server', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole({ script: relayOnly }), patientAtPhone({ script: relayOnly })]);
  await talking(staff, patient);
  for (const { page } of [staff, patient]) {
    await hearsTheOther(page);
    assert.deepEqual(await waysInUse(page), ['relay', 'relay']);
  }
  await press(staff.page, 'Hang up');
  await says(patient.page, 'The other side hung up');
}, { skip });
