// Suggestions under the search box, and "/" to get there. Without this script all works as well.
{
  const box = document.getElementById("q"), list = document.getElementById("options");
  let found, at, turn = 0;
  const aria = (element, values) => {
    for (const name in values) element.setAttribute("aria-" + name, values[name]);
  };
  const make = (tag, text, values) => {
    const element = Object.assign(document.createElement(tag), values);
    element.append(text);
    return element;
  };
  const mark = (next) => {
    at = next;
    [...list.children].forEach((item, n) => aria(item, { selected: n === at }));
    aria(box, { expanded: !list.hidden, activedescendant: at < 0 ? "" : "o" + at });
  };
  const show = (all) => {
    found = all;
    list.hidden = !all.length;
    list.replaceChildren(...all.map((one, n) => {
      const item = make("li", one.text, { id: "o" + n, lang: one.lang, onclick: () => (location = one.url) });
      item.setAttribute("role", "option");
      item.append(make("small", one.label));
      return item;
    }));
    mark(-1);
  };
  box.setAttribute("role", "combobox");
  aria(box, { autocomplete: "list", controls: "options" });
  (box.onblur = () => show([], turn++))();
  box.oninput = async () => {
    const mine = ++turn;
    await new Promise((done) => setTimeout(done, 150));
    if (mine < turn) return;
    const answer = await fetch(list.dataset.from + encodeURIComponent(box.value));
    const all = answer.ok ? (await answer.json()).suggestions : [];
    if (mine < turn) return;
    show(all);
    list.nextElementSibling.textContent = list.ariaLabel + ": " + all.length;
  };
  list.onmousedown = (event) => event.preventDefault();
  onkeydown = (event) => {
    const { key, target } = event, size = found.length + 1;
    const step = { ArrowDown: 1, ArrowUp: size - 1 }[key];
    if (target !== box) {
      if (key !== "/" || target.matches("input")) return;
      box.select();
    } else if (size < 2) return;
    else if (step) mark(((at + 1 + step) % size) - 1);
    else if (key === "Escape") box.onblur();
    else if (key === "Enter" && at >= 0) location = found[at].url;
    else return;
    event.preventDefault();
  };
}
