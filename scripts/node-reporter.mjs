// A reporter for Node's test runner: `outcome TAB name TAB reason` for each test, suites left out.

const plain = (text) => String(text).replace(/\s+/g, ' ').trim();

export default async function* outcomes(events) {
  const names = [];
  for await (const { type, data } of events) {
    if (type === 'test:start') {
      names.length = data.nesting;
      names[data.nesting] = data.name;
    }
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;

    const remark = data.skip ?? data.todo;
    const outcome = remark !== undefined ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed';
    const reason = typeof remark === 'string' ? remark : '';
    const name = [...names.slice(0, data.nesting), data.name].map(plain).join(' › ');
    yield `${outcome}\t${name}\t${plain(reason)}\n`;
  }
}
