const maxLength = 80;
const maxMarks = 4;

/** Characters that are not shown themselves and change how the text around them is: directions, line breaks, control characters. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/gu;
const stackedMarks = new RegExp(`(\\p{M}{${maxMarks}})\\p{M}+`, 'gu');
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/**
 * A name as it may be shown among other words: on one line, of a length that can be read, and without power over the text around it. A name that is
 * written from right to left is isolated, so that it does not move the words beside it.
 */
export function shownName(name: string): string {
  const safe = name.replace(unsafe, ' ').replace(stackedMarks, '$1').replace(/\s+/gu, ' ').trim();
  const characters = Array.from(safe);
  const short = characters.length > maxLength ? `${characters.slice(0, maxLength).join('').trimEnd()}…` : safe;
  return rightToLeft.test(short) ? `\u2068${short}\u2069` : short;
}

/** The first letter of the first and of the last word of a name, or the first two letters of its only word; whole emoji count as one. */
export function initialsOf(name: string): string {
  const words = name
    .replace(unsafe, ' ')
    .trim()
    .split(/[\s._-]+/u)
    .filter(Boolean)
    .map(lettersOf);
  const letters = words.length > 1 ? [words[0]![0]!, words.at(-1)![0]!] : (words[0] ?? ['?']).slice(0, 2);
  return letters.join('').toUpperCase();
}

function lettersOf(word: string): readonly string[] {
  // Older browsers have no Segmenter; there, a joined emoji counts as its first part.
  const { Segmenter } = Intl as Partial<typeof Intl>;
  return Segmenter === undefined ? Array.from(word) : Array.from(new Segmenter().segment(word), ({ segment }) => segment);
}
