"use strict";
/* The page that opens from disk: a search box, a list, one mandate. The address after # holds what is shown, so that
   back, forward and bookmarks work. Text enters the page as text, never as HTML. */
(() => {
  const LENGTH = 280;
  const LEAD = 60;
  const corpus = MANDATE_CORPUS;
  const language = document.documentElement.lang;
  const other = language === "en" ? "fr" : "en";
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const tokens = MandateText.analyzer(corpus.stopWords, corpus.articles);
  const lookup = new MandateQuery.Lookup(corpus.concepts);
  const scorer = new MandateScores.Scorer(corpus, lookup);
  const byId = new Map(corpus.records.map((record, number) => [record.id, number]));
  const form = document.getElementById("search");
  const box = form.elements.q;
  const main = document.getElementById("main");
  const say = (name, values = {}) => texts[name].replace(/%\((\w+)\)s/g, (_, key) => values[key]);
  const count = (n) => say(n > 1 || (n === 0 && language === "en") ? "many" : "one", { n });

  /** Read a query and rank the mandates that answer it. */
  function search(text) {
    const query = MandateQuery.read(text, { tokens, lookup, scorer, words: corpus.words });
    return { query, ranked: scorer.rank(query) };
  }

  /** An element with attributes and children; strings become text. */
  function element(name, attributes = {}, ...children) {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children.flat().filter((child) => child !== "" && child !== undefined));
    return made;
  }

  const link = (hash, ...children) => element("a", { href: `#${hash}` }, ...children);
  const query = (text) => `q=${encodeURIComponent(text)}`;
  const named = (name) => name[language] ?? name[other] ?? "";
  const titleLanguage = (record) => (record.title[language] ? language : other);
  const spoken = (tag) => (tag === language ? {} : { lang: tag });

  function day(text) {
    if (!text) return "…";
    const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "fr", { dateStyle: "long", timeZone: "UTC" });
    return element("time", { dateTime: text }, format.format(new Date(`${text}T00:00:00Z`)));
  }

  function facts(record) {
    const line = element("p", { className: "facts" });
    if (record.requesters.length) line.append(element("span", {}, record.requesters.map(named).join(", ")), " ");
    if (record.places.length) line.append(element("span", {}, record.places.map(named).join(", ")), " ");
    const dates = record.start || record.end ? [day(record.start), " – ", day(record.end)] : [say("undated")];
    line.append(element("span", {}, dates));
    return line;
  }

  /** The words that answer a query: single ones, and runs that must stand side by side. */
  function wanted(read) {
    const words = new Set();
    const runs = [];
    const add = ([kind, value, more]) => {
      if (kind === "word") for (const tag of ["en", "fr"]) scorer.members(value, tag).concat(value).forEach((word) => words.add(word));
      if (kind === "prefix") scorer.prefixWords(value).forEach((word) => words.add(word));
      if (kind === "label") value.forEach((word) => add(["word", word]));
      if (kind === "spelling") value.forEach(([word]) => add(["word", word]));
      if (kind === "exact" || kind === "name") runs.push(value);
      if (kind === "concept") [...value, ...more].forEach(add);
    };
    read.parts.forEach((part) => add(part.clause));
    return { words, runs };
  }

  /** The stretches of a text that answer a query. */
  function marks(text, { words, runs }) {
    const found = tokens(text);
    const stretches = found.filter((token) => words.has(token.term));
    for (const run of runs) {
      found.forEach((token, at) => {
        if (run.every((term, step) => found[at + step]?.term === term)) {
          stretches.push({ start: token.start, end: found[at + run.length - 1].end });
        }
      });
    }
    stretches.sort((a, b) => a.start - b.start || b.end - a.end);
    let end = 0;
    return stretches.filter((one) => one.start >= end && (end = one.end));
  }

  /** A text with its marks, from one offset to another. */
  function marked(text, stretches, start = 0, end = text.length) {
    const pieces = [];
    let at = start;
    for (const one of stretches.filter((one) => one.start >= start && one.end <= end)) {
      pieces.push(text.slice(at, one.start), element("mark", {}, text.slice(one.start, one.end)));
      at = one.end;
    }
    pieces.push(text.slice(at, end));
    return pieces;
  }

  function snippet(record, look) {
    const tags = [language, other].filter((tag) => record.description[tag]);
    const tag = tags.find((one) => marks(record.description[one], look).length) ?? tags[0];
    if (!tag) return "";
    const text = record.description[tag];
    const stretches = marks(text, look);
    const first = stretches.length ? Math.max(stretches[0].start - LEAD, 0) : 0;
    const start = first ? text.indexOf(" ", first) + 1 : 0;
    const cut = start + LENGTH < text.length ? text.lastIndexOf(" ", start + LENGTH) : text.length;
    const passage = marked(text, stretches, start, cut);
    return element("p", { className: "snippet", ...spoken(tag) }, start ? "… " : "", passage, cut < text.length ? " …" : "");
  }

  function hit(record, look, text) {
    const tag = titleLanguage(record);
    const title = marked(record.title[tag], marks(record.title[tag], look));
    const address = `id=${encodeURIComponent(record.id)}${text ? `&${query(text)}` : ""}`;
    const heading = element("h2", spoken(tag), link(address, title));
    return element("li", {}, element("article", { className: "hit" }, heading, facts(record), snippet(record, look)));
  }

  function showList(text) {
    const { query: read, ranked } = search(text);
    const look = wanted(read);
    const also = read.also.map(([typed, labels]) => say("also", { typed, names: labels.slice(0, 3).join(", ") }));
    document.title = `${text ? `${text} – ` : ""}${say("title")}`;
    main.replaceChildren(
      element("h1", { className: "unseen" }, say("results")),
      element("p", { className: "count", role: "status" }, text ? say("found", { count: count(ranked.length), text }) : count(ranked.length)),
      also.length ? element("p", { className: "aside" }, also.join(" ")) : "",
      element("ol", { className: "hits" }, ranked.map(([number]) => hit(corpus.records[number], look, text))),
    );
  }

  function showRecord(record, text) {
    const look = text ? wanted(search(text).query) : { words: new Set(), runs: [] };
    const tag = titleLanguage(record);
    document.title = `${record.title[tag]} – ${say("title")}`;
    const bodies = [language, other].filter((one) => record.description[one]).map((one) => {
      const body = record.description[one];
      const paragraphs = [...body.matchAll(/[^\n]+/g)].map((line) =>
        element("p", {}, marked(body, marks(body, look), line.index, line.index + line[0].length)));
      return element("section", { className: "text", ...spoken(one) }, paragraphs);
    });
    const second = tag === language && record.title[other] ? element("p", { className: "second", lang: other }, record.title[other]) : "";
    main.replaceChildren(
      element("p", { className: "back" }, link(query(text), say("back"))),
      element("article", { className: "record" },
        element("h1", spoken(tag), marked(record.title[tag], marks(record.title[tag], look))),
        second, facts(record), bodies,
        element("p", { className: "aside" }, `${record.source} · ${record.id}`)),
    );
  }

  function show() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const text = asked.get("q") ?? "";
    const number = byId.get(asked.get("id"));
    box.value = text;
    document.getElementById("switch").hash = location.hash;
    if (number === undefined) showList(text);
    else showRecord(corpus.records[number], text);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.hash = query(box.value.trim());
  });
  addEventListener("hashchange", () => {
    show();
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  show();
  window.mandateSearch = (text) => search(text).ranked.map(([number, score]) => [corpus.records[number].id, score]);
})();
