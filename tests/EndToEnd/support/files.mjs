// Has the test files that are named run in this one process, one after another, and tells in the end how much of the processors' time they took
// and how many services they started, which is where much of it goes.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { starts } from './service.mjs';

const TICKS_PER_SECOND = 100;

// This process and the services that it started and saw end; without PostgreSQL, and with the smaller part of what browsers take, whose own
// processes nobody waits for.
process.on('exit', () => {
  const [user, system, childrensUser, childrensSystem] = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ').slice(11, 15).map(Number);
  const seconds = (ticks) => (ticks / TICKS_PER_SECOND).toFixed(0);
  const cpu = `${seconds(user + system + childrensUser + childrensSystem)} s of CPU, ${seconds(user + system)} of them in the test's own process`;
  console.log(`${cpu}; ${starts.services} services and ${starts.commands} commands started`);
});

for (const file of process.argv.slice(2)) await import(pathToFileURL(file));
