import { expect, test } from 'vitest';
import { fold } from '../src/ui/fold';

test.each([
  ['José', 'Jose\u0301', 'JOSÉ', 'jose'],
  ['Müller', 'Mu\u0308ller', 'ＭÜＬＬＥＲ', 'muller'],
  ['İbrahim', 'ibrahim', 'IBRAHIM', 'ıbrahim', 'I\u0307brahim'],
  ['Nguyễn Đức', 'NGUYE\u0302\u0303N ĐỨC', 'nguyen duc'],
  ['Παπαδόπουλος', 'ΠΑΠΑΔΟΠΟΥΛΟΣ', 'παπαδοπουλοσ'],
  ['Семён Йод', 'СЕМЕН ИОД', 'семен иод'],
  ['مُحَمَّد', 'محمد'],
  ['שָׁלוֹם', 'שלום'],
  ['Groß', 'GROẞ', 'gross', 'GROSS'],
  ['Łukasz Øst Æsir Þór', 'lukasz ost aesir thor'],
  ['ﬁnn', 'FINN'],
])('%s is the same however it is typed', (...ways) => {
  expect(new Set(ways.map(fold)).size).toBe(1);
});

test('other letters stay apart', () => expect(new Set(['a', 'b', 'и', 'і', '1', '%'].map(fold)).size).toBe(6));
