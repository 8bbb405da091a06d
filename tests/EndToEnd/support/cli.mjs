// The commands of tools/Cli as child processes, from the assembly at FAYO_CLI.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { environment } from './service.mjs';

const assembly = process.env.FAYO_CLI;
if (!assembly) throw new Error('FAYO_CLI is not set: it names the built Fayo.Calls.Cli.dll.');

const LIMIT_MS = 120_000;

/** Begins a command. */
export const startCli = (words, settings = {}) =>
  spawn('dotnet', [assembly, ...words], { env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS });

/** Runs a command to its end. */
export async function cli(words, settings = {}) {
  const child = startCli(words, settings);
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (chunk) => { told[name] += chunk; });
  const [code] = await once(child, 'close');
  return { code, ...told };
}
