"use strict";
/* From what was typed to what is searched: words, phrases, operators, names and their other names, spellings. The same
   rules as on the server (search_app/search: grammar, lookup, expand), but for filters, which are read as words. */
const MandateQuery = (() => {
  const FIELDS = { title: true, titre: true };
  const OPERATORS = { OR: "or", OU: "or", AND: "and", ET: "and", NOT: "not", SAUF: "not" };
  const CHUNK = /(?<minus>-(?=[^\s-]))?(?:(?<field>title|titre):(?=\S))?(?:(?<quoted>"[^"]*"|“[^”]*”|«[^»]*»)|(?<bare>[^\s"“«]+|\S))/giu;
  const NAMED = ["organisation", "country", "region"];
  const ARTICLES = ["!the", "!le", "!la", "!les"];
  const EAST = "!est";
  const ACRONYM = 1, SEARCHED = 2;
  const SHORTEST_PREFIX = 3, SHORTEST_ACRONYM = 3;

  const isStop = (term) => term.startsWith("!");
  const tells = (term) => !isStop(term) || term === EAST;
  const withoutStops = (terms) => terms.filter((term) => !isStop(term));
  const pluralOff = (term) => (term.length > 3 && /[sx]$/.test(term) && !term.endsWith("ss") ? term.slice(0, -1) : term);
  const keyOf = (terms) => terms.filter(tells).map(pluralOff).join(" ");
  const same = (one, other) => one.length === other.length && one.every((term, i) => term === other[i]);
  const capitalsIn = (text) => (text.match(/\p{Lu}/gu) || []).length;

  class Lookup {
    constructor(concepts) {
      this.concepts = new Map();
      this.byKey = new Map();
      this.byAcronym = new Map();
      this.containing = new Map();
      this.longest = 1;
      for (const [id, kind, forms, code, countries, capitalsOnly] of concepts) {
        const read = forms.map(([text, terms, flags]) => ({
          text, terms: terms.split(" "), acronym: !!(flags & ACRONYM), searched: !!(flags & SEARCHED),
        }));
        const concept = { id, kind, forms: read, code, countries, capitalsOnly };
        this.concepts.set(id, concept);
        read.forEach((form) => this.register(concept, form));
      }
    }

    register(concept, form) {
      this.longest = Math.max(this.longest, form.terms.length);
      if (form.acronym && form.terms.length === 1) {
        push(this.byAcronym, form.terms[0].toLowerCase(), concept.id);
        return;
      }
      const key = keyOf(form.terms);
      const whole = key.includes(" ") || (key && form.terms.slice(0, -1).every((term) => ARTICLES.includes(term)));
      if (whole) push(this.byKey, key, concept.id);
      if (form.terms.length > 1 && NAMED.includes(concept.kind)) {
        for (const term of new Set(form.terms)) push(this.containing, term, [concept.id, form.terms]);
      }
    }

    isAcronym(folded) {
      return this.byAcronym.has(folded);
    }

    acronyms(folded, capitals) {
      const found = this.byAcronym.get(folded) ?? [];
      return found.filter((id) => capitals || !this.concepts.get(id).capitalsOnly.includes(folded));
    }

    /** The label of a concept whose words were typed. */
    formNamed(id, terms) {
      const key = keyOf(terms);
      const matching = this.concepts.get(id).forms.filter((form) => keyOf(form.terms) === key);
      return matching.find((form) => same(withoutStops(form.terms), withoutStops(terms))) ?? matching[0];
    }

    /** How records are searched for a form; undefined where it has no word to search. */
    clause(ids, form) {
      const words = withoutStops(form.terms);
      if (!words.length) return undefined;
      const named = ids.filter((id) => NAMED.includes(this.concepts.get(id).kind));
      return named.length && !form.acronym ? ["name", form.terms, named] : ["label", words];
    }

    /** Names of other concepts that contain a name and mean something else: [terms, the name's place in them]. */
    longerNames(ids, terms) {
      const found = [];
      for (const [other, longer] of this.containing.get(terms[0]) ?? []) {
        if (longer.length <= terms.length || ids.some((id) => id === other || this.liesIn(id, other))) continue;
        for (let offset = 0; offset + terms.length <= longer.length; offset++) {
          if (same(longer.slice(offset, offset + terms.length), terms)) found.push([longer, offset]);
        }
      }
      return found;
    }

    liesIn(id, other) {
      const inner = this.concepts.get(id);
      const outer = this.concepts.get(other);
      if (inner.kind !== "country" && inner.kind !== "region") return false;
      return outer.kind === "organisation" || (inner.kind === "country" && outer.countries.includes(inner.code));
    }
  }

  function push(map, key, value) {
    if (!map.has(key)) map.set(key, []);
    if (!map.get(key).includes(value)) map.get(key).push(value);
  }

  /** Reads a query into items, as the grammar of the server does. */
  function parse(text, tokens, lookup, hasTerm) {
    text = text.normalize("NFC");
    const plainWords = text.split(/\s+/).filter((word) => !(word in OPERATORS)).join(" ");
    const all = tokens(plainWords, true);
    const telling = !MandateText.isUpper(text) || all.length < 2 ||
      all.every((token) => lookup.isAcronym(token.term.toLowerCase().replace(/^!/, "")));
    const chunks = [...text.matchAll(CHUNK)].map((match) => {
      const { minus, field, quoted, bare } = match.groups;
      const inner = quoted ? quoted.slice(1, -1) : bare;
      const chunk = { text: inner, quoted: !!quoted, minus: !!minus, inTitle: !!field && field.toLowerCase() in FIELDS };
      chunk.items = itemsOf(chunk);
      chunk.isOperand = chunk.items.some((item) => item.kind !== "word" || !isStop(item.terms[0]));
      chunk.operator = quoted || minus || field ? undefined : OPERATORS[inner];
      return chunk;
    });

    function itemsOf(chunk) {
      const found = tokens(chunk.text, telling).map((token) => {
        const folded = token.term.toLowerCase();
        const known = !MandateText.isUpper(token.term) || hasTerm(token.term) || lookup.isAcronym(folded);
        return known ? token : { ...token, term: `!${folded}` };
      });
      if (!found.length) return [];
      if (chunk.quoted) return [{ kind: "phrase", terms: found.map((token) => token.term), typed: chunk.text.trim() }];
      const items = found.map((token) => ({
        kind: "word", terms: [token.term], typed: chunk.text.slice(token.start, token.end), joined: true,
      }));
      const last = items[items.length - 1];
      const letters = last.terms[0].replace(/^!/, "").toLowerCase();
      if (chunk.text.slice(found[found.length - 1].end).startsWith("*") && letters.length >= SHORTEST_PREFIX) {
        items[items.length - 1] = { kind: "prefix", terms: [letters], typed: `${last.typed}*`, joined: false };
      }
      return items;
    }

    const items = combine(chunks);
    const plain = !telling || items.every((item) => item.typed === item.typed.toLowerCase());
    return { items, capitals: !plain };
  }

  /** Tells operators from words and lets them act on their operands. */
  function combine(chunks) {
    const items = [];
    let required = false, excluded = false, out = false, apart = true;
    chunks.forEach((chunk, number) => {
      const before = chunks.slice(0, number).some((one) => one.isOperand);
      const rest = chunks.slice(number + 1);
      const next = rest.findIndex((one) => one.isOperand);
      if (chunk.operator && before && next >= 0) {
        const takenOut = rest[next].minus || rest.slice(0, next).some((one) => one.operator === "not");
        if (chunk.operator === "not") excluded = true;
        else if (chunk.operator === "and" && !(out || excluded || takenOut)) {
          required = true;
          const last = [...items].reverse().find((item) => item.kind !== "word" || !isStop(item.terms[0]))?.chunk;
          for (const item of items) if (item.chunk === last && !item.excluded) item.required = true;
        }
        apart = true;
        return;
      }
      if (chunk.isOperand) out = excluded || chunk.minus;
      for (const item of chunk.items) {
        items.push({
          ...item, chunk: number, required: required && !out, excluded: out, inTitle: chunk.inTitle,
          joined: !!item.joined && !apart && !out && !chunk.inTitle,
        });
        apart = out || chunk.inTitle;
      }
      if (chunk.isOperand) required = excluded = false;
    });
    return items;
  }

  /** The whole way: text → {parts, excluded, everything, also}; `also` tells the other names searched. */
  function read(text, { tokens, lookup, scorer, words }) {
    const hasTerm = (term) => scorer.positions.has(term);
    let { items, capitals } = parse(text, tokens, lookup, hasTerm);
    const wanted = items.filter((item) => !item.excluded);
    if (wanted.length && wanted.every((item) => item.kind === "word" && isStop(item.terms[0]))) {
      items = items.map((item) => (item.excluded ? item : { ...item, kind: "phrase" }));
    }
    const parts = [], excluded = [], also = [];
    for (let at = 0; at < items.length; ) at += span(at) || single(items[at]);

    function span(at) {
      const first = items[at];
      if (first.kind !== "word" || first.excluded || first.inTitle) return 0;
      const run = [first];
      for (const item of items.slice(at + 1, at + lookup.longest)) {
        if (!item.joined || item.kind !== "word" || item.excluded) break;
        run.push(item);
      }
      for (let length = run.length; length; length--) {
        const here = run.slice(0, length);
        const terms = here.map((item) => item.terms[0]);
        if (!tells(terms[0]) || !tells(terms[length - 1])) continue;
        const ids = [...(lookup.byKey.get(keyOf(terms)) ?? [])];
        const short = length === 1 ? acronyms(first) : [];
        ids.push(...short.filter((id) => !ids.includes(id)));
        if (ids.length) {
          addConcepts(here, terms, ids, short.length > 0);
          return length;
        }
      }
      return 0;
    }

    function acronyms(item) {
      const folded = item.terms[0].toLowerCase();
      if (capitals) return capitalsIn(item.typed) > 1 ? lookup.acronyms(folded, true) : [];
      return folded.length >= SHORTEST_ACRONYM ? lookup.acronyms(folded, false) : [];
    }

    function addConcepts(here, terms, ids, short) {
      let own = withoutStops(terms).map((term) => ["word", term]);
      const labels = new Map();
      for (const id of ids) {
        const typed = short ? undefined : lookup.formNamed(id, terms);
        const named = typed && lookup.clause(ids, typed);
        if (named && named[0] === "name") own = [named];
        const others = lookup.concepts.get(id).forms
          .filter((form) => form.searched && form !== typed && !same(form.terms, terms))
          .map((form) => [form.text, lookup.clause([id], form)]).filter(([, clause]) => clause);
        for (const [, clause] of others) labels.set(JSON.stringify(clause), clause);
        if (others.length) also.push([here.map((item) => item.typed).join(" "), others.map(([label]) => label)]);
      }
      parts.push({ clause: ["concept", own, [...labels.values()]], required: here.some((item) => item.required) });
    }

    function single(item) {
      if (item.kind === "word" && isStop(item.terms[0])) return 1;
      let clause = item.kind === "phrase" ? ["exact", item.terms] : [item.kind, item.terms[0]];
      if (item.kind === "word" && !item.excluded && !scorer.knows(item.terms[0]) && !(capitals && capitalsIn(item.typed) > 1)) {
        const near = nearest(item.terms[0], words, (word) => scorer.positions.get(word).size);
        if (near.length) {
          clause = ["spelling", near];
          also.push([item.typed, near.map(([word]) => word)]);
        }
      }
      (item.excluded ? excluded : parts).push({ clause, required: item.required, inTitle: item.inTitle });
      return 1;
    }

    return { parts, excluded, everything: !parts.length && (!text.trim() || excluded.length > 0), also };
  }

  /** The words of the corpus nearest to one that it does not hold, each with its weight. */
  function nearest(word, words, count) {
    if (word.length < 5 || !/^\p{L}+$/u.test(word)) return [];
    const limit = word.length < 8 ? 1 : 2;
    return words
      .filter((other) => other[0] === word[0] && Math.abs(other.length - word.length) <= limit && !isStop(other))
      .map((other) => [distance(word, other), other])
      .filter(([slips]) => slips <= limit)
      .sort(([a, x], [b, y]) => a - b || count(y) - count(x) || (x < y ? -1 : 1))
      .slice(0, 3)
      .map(([slips, other]) => [other, slips === 1 ? 0.8 : 0.6]);
  }

  /** Insertions, deletions, changes and swaps of neighbours that turn a into b. */
  function distance(a, b) {
    let before = [], last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      [before, last] = [last, row];
    }
    return last[b.length];
  }

  return { Lookup, read };
})();
