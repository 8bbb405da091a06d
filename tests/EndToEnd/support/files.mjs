// Has the test files that are named run in this one process, one after another, and tells in the end how much of the processors' time they took.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const TICKS_PER_SECOND = 100;

// This process and the services and browsers that it started and saw end; without PostgreSQL.
process.on('exit', () => {
  const [user, system, childrensUser, childrensSystem] = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ').slice(11, 15).map(Number);
  const seconds = (ticks) => (ticks / TICKS_PER_SECOND).toFixed(0);
  console.log(`${seconds(user + system + childrensUser + childrensSystem)} s of CPU, ${seconds(user + system)} of them in the test's own process`);
});

for (const file of process.argv.slice(2)) await import(pathToFileURL(file));
