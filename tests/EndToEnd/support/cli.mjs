// The commands of tools/ as child processes, from the assemblies that the environment names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { environment } from './service.mjs';

const TOOL_OF = { bench: 'FAYO_BENCH', compare: 'FAYO_BENCH', mint: 'FAYO_BENCH', chaos: 'FAYO_CHAOS', attack: 'FAYO_ATTACK' };

function assemblyOf(command) {
  const variable = TOOL_OF[command] ?? 'FAYO_CLI';
  const assembly = process.env[variable];
  if (!assembly) throw new Error(`${variable} is not set: it names the built assembly of a tool.`);
  return assembly;
}

const LIMIT_MS = 240_000;

/** Begins a command. */
export const startCli = (words, settings = {}) =>
  spawn('dotnet', [assemblyOf(words[0]), ...words], { env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS });

/** Runs a command to its end. */
export async function cli(words, settings = {}) {
  const child = startCli(words, settings);
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (chunk) => { told[name] += chunk; });
  const [code] = await once(child, 'close');
  return { code, ...told };
}
