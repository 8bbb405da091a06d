/** Letters that are their own in Unicode but are typed as others. */
const typedAs: Readonly<Record<string, string>> = {
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŧ: 't',
  ς: 'σ',
};

/** What different ways of typing the same have in common: without accents, in lower case. The service's search folds in the same way. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ıßæœøłđðþħŧς]/g, letter => typedAs[letter]!);
}
