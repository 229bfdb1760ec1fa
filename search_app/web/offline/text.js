"use strict";
/* Text only: fold, cut into words, terms. The same chain as on the server: see search_app/analysis. */
const MandateText = (() => {
  const SPECIAL = { "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ə": "e", "ı": "i" };
  const APOSTROPHES = "'’ʼ‘´＇";
  const LETTER = "(?:(?!ʼ)\\p{L}\\p{M}*)";
  const WORD = "(?:(?!ʼ)[\\p{L}\\p{N}](?:(?!ʼ)[\\p{L}\\p{N}\\p{M}])*)";
  const END = "(?![\\p{L}\\p{N}\\p{M}_])";
  const DOTTED = `(?:${LETTER}{1,7}[${APOSTROPHES}])?(?:${LETTER}\\.){2,}(?:${LETTER}${END})?`;
  const OTHER = `[A-Z]+(?:&[A-Z]+)+${END}|${WORD}(?:[${APOSTROPHES}]${WORD})*`;
  const ANY = new RegExp(`(?<dotted>${DOTTED})|${OTHER}`, "gu");
  const UNDOTTED = new RegExp(OTHER, "gu");
  const APOSTROPHE = new RegExp(`[${APOSTROPHES}]`, "u");
  const isUpper = (text) => text === text.toUpperCase() && text !== text.toLowerCase();

  function foldOnce(text) {
    const plain = text.replace(new RegExp(APOSTROPHE, "gu"), "").normalize("NFKC").toLowerCase();
    const letters = plain.normalize("NFD").replace(/[œæßøłđəı]/g, (letter) => SPECIAL[letter]);
    return letters.replace(/([a-z0-9])\p{M}+/gu, "$1").normalize("NFC").replace(/[^\p{L}\p{N}\p{M}]/gu, "");
  }

  /** The letters and digits of a text, lower case, without accents. */
  function fold(text) {
    for (let folded = foldOnce(text); folded !== text; folded = foldOnce(text)) text = folded;
    return text;
  }

  /** The words of a text: an acronym with dots does not begin behind a dot (older browsers cannot look behind). */
  function words(text) {
    const found = [];
    for (let at = 0, match; ; at = match.index + match[0].length) {
      ANY.lastIndex = at;
      match = ANY.exec(text);
      if (match && match.groups.dotted && text[match.index - 1] === ".") {
        UNDOTTED.lastIndex = match.index;
        match = UNDOTTED.exec(text);
      }
      if (!match) return found;
      found.push(match);
    }
  }

  /** Makes the function that cuts one passage into tokens {term, start, end}; `!de` is a stop word, `UN` an acronym. */
  function analyzer(stopWords, articles) {
    const stops = new Set(stopWords);
    const elided = new Set(articles);
    const memo = new Map();

    function read(raw) {
      let word = raw;
      let lead = 0;
      for (let cut = word.search(APOSTROPHE); cut >= 0; cut = word.search(APOSTROPHE)) {
        if (!elided.has(fold(word.slice(0, cut)))) break;
        lead += cut + 1;
        word = word.slice(cut + 1);
      }
      const trail = word.length > 2 && /[sS]$/.test(word) && APOSTROPHES.includes(word[word.length - 2]) ? 2 : 0;
      word = word.slice(0, word.length - trail);
      const folded = word.split("&").map(fold).join("&");
      const capitals = isUpper(word) && (word.match(/\p{Lu}/gu) || []).length > 1;
      return { folded, lead, trail, stop: stops.has(folded), capitals };
    }

    return function tokens(text, capitals) {
      const found = words(text).map((match) => {
        if (!memo.has(match[0])) memo.set(match[0], read(match[0]));
        return { ...memo.get(match[0]), start: match.index, end: match.index + match[0].length };
      });
      const telling = capitals ?? (found.length === 1 || !isUpper(text));
      return found
        .filter((word) => word.folded)
        .map((word) => ({
          term: !word.stop ? word.folded : telling && word.capitals ? word.folded.toUpperCase() : `!${word.folded}`,
          start: word.start + word.lead,
          end: word.end - word.trail,
        }));
    };
  }

  return { fold, analyzer, isUpper };
})();
