// A reporter for Node's test runner: `outcome TAB seconds TAB name TAB reason` for each test.

// What Node says of the tests that `--filter` leaves out: nobody asked for them, so that they do not count as skipped.
const NOT_ASKED_FOR = 'test name does not match pattern';

const MAX_REASON_LENGTH = 300;

const plain = (text) => String(text).replace(/\s+/g, ' ').trim();

function outcomeOf(type, data) {
  if (data.skip !== undefined || data.todo !== undefined) return 'skipped';
  return type === 'test:pass' ? 'passed' : 'failed';
}

// A suite speaks for itself only when its tests cannot: it was skipped as a whole, or its own code failed. A file is no
// test either, unless it could not be run.
function isTest(outcome, data) {
  if (data.details?.type === 'suite') {
    return outcome === 'skipped' || (outcome === 'failed' && data.details.error?.failureType !== 'subtestsFailed');
  }
  return outcome === 'failed' || data.name !== data.file;
}

export default async function* outcomes(events) {
  const names = [];
  for await (const { type, data } of events) {
    if (type === 'test:start') {
      names.length = data.nesting;
      names[data.nesting] = data.name;
    }
    if ((type !== 'test:pass' && type !== 'test:fail') || data.skip === NOT_ASKED_FOR) continue;

    const outcome = outcomeOf(type, data);
    if (!isTest(outcome, data)) continue;
    const remark = data.skip ?? data.todo ?? data.details?.error?.cause?.message ?? data.details?.error?.message;
    const reason = typeof remark === 'string' ? plain(remark).slice(0, MAX_REASON_LENGTH) : '';
    const name = [...names.slice(0, data.nesting), data.name].map(plain).join(' › ');
    const seconds = ((data.details?.duration_ms ?? 0) / 1000).toFixed(1);
    yield `${outcome}\t${seconds}\t${name}\t${reason}\n`;
  }
}
