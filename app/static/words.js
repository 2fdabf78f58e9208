/**
 * Words as the search of the server compares them (app/search/words.py, app/text.py), for the text beside a recording; a
 * test holds both to one table. Old browsers read it too: nothing looks behind.
 */
const NUMBER = /(^|[^\p{L}\p{N}])(\p{Nd}{1,3}(?:[ \u00a0\u202f.,'’٬]\p{Nd}{3})+)(?![\p{L}\p{N}])/gu;
const MARKS = /[\p{M}\u0640\u200c\u200d]/gu;
const ARTICLE = /^(?:[وبكف]?ال|لل)(?=[\u0621-\u064a]{2})/;
const LETTERS = { œ: "oe", æ: "ae", ø: "o", ð: "d", ł: "l", ß: "ss", ς: "σ", ٱ: "ا", ى: "ي", ی: "ي", ک: "ك", ة: "ه", ە: "ه", ہ: "ه", ھ: "ه" };

/** A function that says whether a text holds all of these: words by their beginning, phrases between quotation marks. */
export function lookingFor(typed) {
  const terms = [...joined(typed.replace(/[“”„«»‟]/g, '"')).matchAll(/"([^"]*)"?|([^\s"]+)/g)]
    .map(([, phrase, word]) => ({ sought: words(phrase || word || ""), whole: Boolean(phrase) }))
    .filter(({ sought }) => sought.length);
  if (!terms.length) return null;
  return (text) => {
    const said = words(text);
    return terms.every(({ sought, whole }) => said.some((_, at) => stands(sought, whole, said.slice(at, at + sought.length))));
  };
}

export function words(text) {
  const plain = joined(text).toLowerCase().normalize("NFKD").toLowerCase().replace(MARKS, "");
  const letters = plain.replace(/[œæøðłßςٱىیکةەہھ]/g, (letter) => LETTERS[letter]).replace(/\p{Nd}/gu, digit);
  return (letters.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.replace(ARTICLE, ""));
}

function joined(text) {
  return text.replace(NUMBER, (_, before, number) => before + number.replace(/[^\p{N}]/gu, ""));
}

/** Scripts keep their ten digits side by side, and such tens stand beside each other at most. */
function digit(letter) {
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(letter.codePointAt(0) - before - 1))) before += 1;
  return String(before % 10);
}

function stands(sought, whole, said) {
  return said.length === sought.length
    && sought.every((word, at) => (!whole && at === sought.length - 1 ? said[at].startsWith(word) : said[at] === word));
}
