// Hosts as network namespaces: each has one cable (a veth pair) to a bridge, which is also an interface of this machine.
import { randomBytes } from 'node:crypto';
import { run } from '../../support/deploy-tools.mjs';

// Answers nobody: what is sent to it is lost without a word.
const NOBODY = '02:00:00:00:00:01';

/** Why there can be no hosts here; undefined where there can. */
export function whyNoHosts() {
  if (process.getuid() !== 0) return 'network namespaces need root';
  if (run('ip', ['-V']).status !== 0) return 'there is no program ip (Debian: iproute2)';
  const name = `fayo-${randomBytes(3).toString('hex')}`;
  const { status, output } = run('ip', ['netns', 'add', name]);
  if (status !== 0) return `network namespaces cannot be made here: ${output.trim()}`;
  run('ip', ['netns', 'del', name]);
  return undefined;
}

function ip(...args) {
  const { status, output } = run('ip', args);
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${output.trim()}`);
}

export class Network {
  #suffix = randomBytes(3).toString('hex');
  #subnet = `10.${64 + (randomBytes(1)[0] % 64)}.${randomBytes(1)[0]}`;

  hosts = [];

  static create(count) {
    const network = new Network();
    try {
      ip('link', 'add', network.#bridge, 'type', 'bridge');
      ip('addr', 'add', `${network.address}/24`, 'dev', network.#bridge);
      ip('link', 'set', network.#bridge, 'up');
      for (let number = 1; number <= count; number++) network.hosts.push(network.#addHost(number));
      return network;
    } catch (error) {
      network.remove();
      throw error;
    }
  }

  /** Where hosts reach this machine. */
  get address() {
    return `${this.#subnet}.1`;
  }

  /** All addresses of hosts and of this machine. */
  get range() {
    return `${this.#subnet}.0/24`;
  }

  /** Cuts the connections between one host and the others; each still reaches this machine. */
  split(host) {
    this.#betweenOthers(host, (from, to) => ip('-n', from.namespace, 'neigh', 'replace', to.address, 'lladdr', NOBODY, 'dev', 'eth0', 'nud', 'permanent'));
  }

  heal(host) {
    this.#betweenOthers(host, (from, to) => ip('-n', from.namespace, 'neigh', 'del', to.address, 'dev', 'eth0'));
  }

  remove() {
    for (const { namespace } of this.hosts) run('ip', ['netns', 'del', namespace]);
    run('ip', ['link', 'del', this.#bridge]);
  }

  get #bridge() {
    return `fbr-${this.#suffix}`;
  }

  #addHost(number) {
    const host = new Host(`fayo-${this.#suffix}-${number}`, `fv${number}-${this.#suffix}`, `${this.#subnet}.${10 + number}`);
    ip('netns', 'add', host.namespace);
    try {
      ip('-n', host.namespace, 'link', 'set', 'lo', 'up');
      ip('link', 'add', host.cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', host.namespace);
      ip('link', 'set', host.cable, 'master', this.#bridge, 'up');
      ip('-n', host.namespace, 'addr', 'add', `${host.address}/24`, 'dev', 'eth0');
      ip('-n', host.namespace, 'link', 'set', 'eth0', 'up');
      return host;
    } catch (error) {
      run('ip', ['netns', 'del', host.namespace]);
      throw error;
    }
  }

  #betweenOthers(host, change) {
    for (const other of this.hosts) {
      if (other === host) continue;
      change(host, other);
      change(other, host);
    }
  }
}

class Host {
  constructor(namespace, cable, address) {
    this.namespace = namespace;
    this.cable = cable;
    this.address = address;
  }

  /** Takes the cable out: the host is there, and nobody reaches it. */
  unplug() {
    ip('link', 'set', this.cable, 'down');
  }

  plugIn() {
    ip('link', 'set', this.cable, 'up');
  }

  /** Gives the host another address, `offset` further on. */
  move(offset) {
    const parts = this.address.split('.');
    this.address = [...parts.slice(0, 3), Number(parts[3]) + offset].join('.');
    ip('-n', this.namespace, 'addr', 'flush', 'dev', 'eth0');
    ip('-n', this.namespace, 'addr', 'add', `${this.address}/24`, 'dev', 'eth0');
  }
}
