"use strict";
/* BM25 over the words of the corpus: the same sums as on the server, see search_app/index/whoosh_engine/scoring.py.
   A clause is an array: ["word", term], ["exact", terms], ["prefix", letters], ["name", terms, concepts],
   ["label", words], ["concept", own, labels], ["spelling", [[word, weight], …]]. An entry is a Map record → weight. */
const MandateScores = (() => {
  const K1 = 1.2, B = 0.75, EXACT = 0.4, QUOTED = 1.4, IN_TITLE = 0.3, LABEL = 0.6, GAP = 100, PREFIX_WORDS = 1000;
  const LANGUAGES = ["en", "fr"];
  const isStop = (term) => term.startsWith("!");

  class Scorer {
    constructor(corpus, lookup) {
      this.corpus = corpus;
      this.lookup = lookup;
      this.positions = new Map(); // term → Map(record → positions)
      this.lengths = [[], []]; // of body and title, stop words left out
      corpus.records.forEach((record, number) => this.read(record, number));
      this.norms = this.lengths.map((lengths) => {
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const average = total ? total / lengths.length : 1;
        return lengths.map((length) => K1 * (1 - B + (B * length) / average));
      });
      this.stems = {};
      this.groups = {};
      for (const language of LANGUAGES) {
        const known = [...corpus.words, ...corpus.otherWords];
        this.stems[language] = new Map(known.map((word, i) => [word, corpus.stems[language][i] || word]));
        this.groups[language] = new Map();
        for (const word of corpus.words) {
          const stem = this.stems[language].get(word);
          if (!this.groups[language].has(stem)) this.groups[language].set(stem, []);
          this.groups[language].get(stem).push(word);
        }
      }
      this.made = new Map();
    }

    read(record, number) {
      let position = 0;
      const lengths = [0, 0];
      for (const token of record.tokens) {
        if (token < 0) {
          position += GAP;
          continue;
        }
        const term = this.corpus.words[token];
        if (!this.positions.has(term)) this.positions.set(term, new Map());
        const places = this.positions.get(term);
        if (!places.has(number)) places.set(number, []);
        places.get(number).push(position);
        if (!isStop(term)) {
          lengths[0] += 1;
          if (position < record.titleEnd) lengths[1] += 1;
        }
        position += 1;
      }
      this.lengths[0].push(lengths[0]);
      this.lengths[1].push(lengths[1]);
    }

    /** Record → how often one of the words stands in it; in its title where `field` is 1. */
    counts(words, field) {
      const counts = new Map();
      for (const word of words) {
        for (const [record, places] of this.positions.get(word) ?? []) {
          const end = field ? this.corpus.records[record].titleEnd : Infinity;
          const count = places.filter((place) => place < end).length;
          if (count) counts.set(record, (counts.get(record) ?? 0) + count);
        }
      }
      return counts;
    }

    bm25(counts, field) {
      const n = counts.size;
      const idf = Math.log(1 + (this.corpus.records.length - n + 0.5) / (n + 0.5));
      const entry = new Map();
      for (const [record, count] of counts) {
        entry.set(record, (count / (count + this.norms[field][record])) * idf * (K1 + 1));
      }
      return entry;
    }

    /** All words of the corpus with the stem of a word; a word that nobody knows gets one by its ending. */
    members(term, language) {
      let stem = this.stems[language].get(term);
      if (stem === undefined && !isStop(term) && !MandateText.isUpper(term)) {
        stem = this.guessed(term, this.corpus.endings[language]);
      }
      return this.groups[language].get(stem) ?? [];
    }

    /** The stem of a word by its longest ending that is known. */
    guessed(term, endings) {
      for (let cut = 0; cut <= term.length; cut++) {
        const [lost, gained] = endings[term.slice(cut)] ?? [undefined];
        const stem = lost !== undefined && term.endsWith(lost) && term.slice(0, term.length - lost.length) + gained;
        if (stem) return stem.length > 2 ? stem : term;
      }
      return term;
    }

    knows(term) {
      return LANGUAGES.some((language) => this.members(term, language).length);
    }

    wordIn(term, field) {
      const stems = LANGUAGES.map((language) => this.bm25(this.counts(this.members(term, language), field), field));
      return sum([best(stems), scaled(this.bm25(this.counts([term], field), field), EXACT)]);
    }

    quoted(body, title) {
      return sum([scaled(this.bm25(body, 0), QUOTED), scaled(this.bm25(title, 1), QUOTED * IN_TITLE)]);
    }

    prefixWords(prefix) {
      const words = this.corpus.words.filter((word) => word.startsWith(prefix));
      const size = (word) => this.positions.get(word).size;
      return words.length <= PREFIX_WORDS ? words : words.sort((a, b) => size(b) - size(a)).slice(0, PREFIX_WORDS);
    }

    /** Record → the positions at which terms stand side by side. */
    runs(terms) {
      const found = new Map();
      for (const [record, places] of this.positions.get(terms[0]) ?? []) {
        const others = terms.slice(1).map((term) => new Set(this.positions.get(term)?.get(record) ?? []));
        const here = places.filter((place) => others.every((other, step) => other.has(place + step + 1)));
        if (here.length) found.set(record, here);
      }
      return found;
    }

    nameRuns(terms, concepts) {
      const found = this.runs(terms);
      for (const [longer, offset] of this.lookup.longerNames(concepts, terms)) {
        for (const [record, places] of this.runs(longer)) {
          const covered = new Set(places.map((place) => place + offset));
          const left = (found.get(record) ?? []).filter((place) => !covered.has(place));
          if (left.length) found.set(record, left);
          else found.delete(record);
        }
      }
      return found;
    }

    entry(clause) {
      const key = JSON.stringify(clause);
      if (!this.made.has(key)) this.made.set(key, this.score(clause));
      return this.made.get(key);
    }

    score([kind, value, more]) {
      switch (kind) {
        case "word":
          return sum([this.wordIn(value, 0), scaled(this.wordIn(value, 1), IN_TITLE)]);
        case "exact": {
          const telling = value.filter((term) => !isStop(term));
          const words = telling.length ? telling : value;
          const scored = sum(words.map((word) => this.quoted(this.counts([word], 0), this.counts([word], 1))));
          return value.length > 1 ? only(scored, this.runs(value)) : scored;
        }
        case "prefix": {
          const words = this.prefixWords(value);
          return this.quoted(this.counts(words, 0), this.counts(words, 1));
        }
        case "name": {
          const body = new Map(), title = new Map();
          for (const [record, places] of this.nameRuns(value, more)) {
            body.set(record, places.length);
            const inside = places.filter((place) => place < this.corpus.records[record].titleEnd).length;
            if (inside) title.set(record, inside);
          }
          this.corpus.records.forEach((record, number) => {
            if (!body.has(number) && record.holds.some((concept) => more.includes(concept))) body.set(number, 1);
          });
          return this.quoted(body, title);
        }
        case "label": {
          const entries = value.map((word) => this.entry(["word", word]));
          return only(sum(entries), common(entries));
        }
        case "concept":
          return best([
            sum(value.map((clause) => this.entry(clause))),
            scaled(best(more.map((clause) => this.entry(clause))), LABEL),
          ]);
        case "spelling":
          return best(value.map(([word, weight]) => scaled(this.entry(["word", word]), weight)));
      }
    }

    /** The records in whose titles a clause stands. */
    inTitle([kind, value]) {
      switch (kind) {
        case "word":
          return this.wordIn(value, 1);
        case "prefix":
          return this.counts(this.prefixWords(value), 1);
        case "exact":
          return new Map(
            [...this.runs(value)].filter(([record, places]) =>
              places.some((place) => place < this.corpus.records[record].titleEnd)),
          );
        case "spelling":
          return sum(value.map(([word]) => this.wordIn(word, 1)));
      }
    }

    part(part) {
      const entry = this.entry(part.clause);
      return part.inTitle ? only(entry, this.inTitle(part.clause)) : entry;
    }

    /** The records that hold all of a part: of a concept all words as typed, or one of its labels. */
    whole(part) {
      const [kind, own, labels] = part.clause;
      if (kind !== "concept") return this.part(part);
      const ways = [common(own.map((clause) => this.entry(clause))), ...labels.map((label) => this.entry(label))];
      return new Map(ways.flatMap((way) => [...way.keys()]).map((record) => [record, 1]));
    }

    /** The records that answer a query, best first: [number, score]. */
    rank({ parts, excluded, everything }) {
      const scores = sum(parts.map((part) => this.part(part)));
      let found = everything ? this.corpus.records.map((_, number) => number) : [...scores.keys()];
      for (const part of parts.filter((part) => part.required)) {
        const whole = this.whole(part);
        found = found.filter((record) => whole.has(record));
      }
      for (const part of excluded) {
        const taken = this.part(part);
        found = found.filter((record) => !taken.has(record));
      }
      const ranked = found.map((record) => [record, Number((scores.get(record) ?? 0).toPrecision(6))]);
      const newest = (a, b) => {
        const [one, other] = [this.corpus.records[a], this.corpus.records[b]];
        const days = (other.start || "").localeCompare(one.start || "");
        return days || (one.id < other.id ? -1 : 1);
      };
      return ranked.sort(([a, x], [b, y]) => y - x || newest(a, b));
    }
  }

  function sum(entries) {
    const total = new Map();
    for (const entry of entries) for (const [record, weight] of entry) total.set(record, (total.get(record) ?? 0) + weight);
    return total;
  }

  function best(entries) {
    const top = new Map();
    for (const entry of entries) for (const [record, weight] of entry) top.set(record, Math.max(top.get(record) ?? 0, weight));
    return top;
  }

  function common(entries) {
    return new Map([...entries[0]].filter(([record]) => entries.every((entry) => entry.has(record))));
  }

  const scaled = (entry, factor) => new Map([...entry].map(([record, weight]) => [record, weight * factor]));
  const only = (entry, records) => new Map([...entry].filter(([record]) => records.has(record)));

  return { Scorer };
})();
