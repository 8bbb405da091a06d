// A device of a user that uses the official .NET SignalR client: DotnetClient/ as a child process, and everything that it reported.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { environment } from './service.mjs';
import { tokenFor } from './tokens.mjs';
import { eventually } from './wait.mjs';

const assembly = process.env.FAYO_DOTNET_CLIENT;
if (!assembly) throw new Error('FAYO_DOTNET_CLIENT is not set: it names the built Fayo.Calls.Tests.DotnetClient.dll.');

const REPORTED_WITHIN_MS = 30_000;

export class DotnetDevice {
  #child;
  #errors = '';
  #reports = [];

  constructor(service, userId, device) {
    const url = `${service.base}/ws/calls?device=${encodeURIComponent(device)}`;
    this.#child = spawn('dotnet', [assembly, url, tokenFor(userId)], { env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.setEncoding('utf8').on('data', (chunk) => { this.#errors += chunk; });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#reports.push(JSON.parse(line)));
  }

  /** The body of the first report of that name for which `matches` holds; it is not returned again. An answer and a message may come in either order. */
  reported(name, matches = () => true) {
    return eventually(`the .NET client reports ${name}`, () => {
      const index = this.#reports.findIndex((report) => report.name === name && matches(report.body));
      if (index < 0) throw new Error(`So far: ${JSON.stringify(this.#reports.map((report) => report.name))} ${this.#errors}`);
      const [report] = this.#reports.splice(index, 1);
      return { body: report.body };
    }, REPORTED_WITHIN_MS).then(({ body }) => body);
  }

  /** The answer to an invocation. */
  invoke(method, argument) {
    this.#child.stdin.write(`${JSON.stringify({ method, argument })}\n`);
    return this.reported(`${method} answered`);
  }

  /** Ends the process. */
  async stop() {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
  }
}
