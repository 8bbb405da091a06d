// A reporter for Vitest: `outcome TAB seconds TAB name TAB reason` for each test into the file that FAYO_TEST_OUTCOMES names.
import { appendFileSync } from 'node:fs';

const MAX_REASON_LENGTH = 300;

const plain = (text) => String(text).replace(/\s+/g, ' ').trim();

function write(outcome, name, reason = '', milliseconds = 0) {
  appendFileSync(process.env.FAYO_TEST_OUTCOMES, `${outcome}\t${(milliseconds / 1000).toFixed(1)}\t${plain(name)}\t${plain(reason).slice(0, MAX_REASON_LENGTH)}\n`);
}

export default class Outcomes {
  #filtered = false;

  onInit(vitest) {
    this.#filtered = vitest.config.testNamePattern !== undefined;
  }

  // What a filter leaves out is skipped without a word: nobody asked for it.
  onTestCaseResult(test) {
    const { state, note, errors } = test.result();
    if (state === 'skipped' && this.#filtered && !note) return;
    write(state, `${test.module.relativeModuleId} › ${test.fullName.replaceAll(' > ', ' › ')}`, note ?? errors?.[0]?.message, test.diagnostic()?.duration);
  }

  // A file that could not be run has no tests that could fail.
  onTestModuleEnd(module) {
    for (const error of module.errors()) write('failed', module.relativeModuleId, error.message);
  }

  onTestRunEnd(_modules, errors) {
    for (const error of errors) write('failed', 'outside of any test', error.message);
  }
}
