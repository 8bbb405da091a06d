// How many tokens one thread mints with npm's agora-token: `node mint.mjs [seconds]`, after four seconds of warming up.
// Mints what MintBenchmark in tools/Bench mints: the same channels, accounts, privileges and lifetime.
import agora from 'agora-token';

const seconds = Number(process.argv[2] ?? 3);
if (!(seconds > 0)) {
  console.error('usage: node mint.mjs [seconds, more than 0]');
  process.exit(2);
}

const warmUp = 4;
const batch = 50;
const life = 3600;
const mint = (n) => agora.RtcTokenBuilder.buildTokenWithUserAccount(
  '0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210',
  `call_00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, `caller-${n % 1000}`,
  agora.RtcRole.PUBLISHER, life, life);

function run(forSeconds) {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  let minted = 0;
  let characters = 0;
  while (elapsed() < forSeconds) {
    for (let i = 0; i < batch; i++) {
      characters += mint(minted++).length;
    }
  }
  const took = elapsed();
  return {
    tokens_per_s: Math.round(minted / took),
    us_per_token: Number((took * 1e6 / minted).toFixed(2)),
    token_chars: Math.round(characters / minted),
  };
}

run(warmUp);
console.log(JSON.stringify(run(seconds)));
