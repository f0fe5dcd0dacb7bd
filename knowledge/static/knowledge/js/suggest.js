/* Names that hold what is being typed, under the search boxes. A combobox after the ARIA practices: arrows move, Enter goes
   there, Escape closes, Tab leaves; without script the box is a plain search box. */
const PAUSE = 150; // ms without a key before we ask
const SHORTEST = 2; // characters; one is enough in Chinese
const boxes = [...document.querySelectorAll("input[data-suggest]")];

function isEnough(text) {
  return text.length >= SHORTEST || /\p{Script=Han}/u.test(text);
}

function connect(input, number) {
  const list = document.createElement("ul");
  list.id = `suggestions-${number}`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestLabel);
  list.hidden = true;
  input.closest("form").append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off",
  })) input.setAttribute(name, value);

  let chosen = -1, waiting = 0, asked = null;

  function close() {
    clearTimeout(waiting);
    asked?.abort();
    list.hidden = true;
    list.replaceChildren();
    choose(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function choose(index) {
    chosen = index;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[index].id);
  }

  function option({ title, url, kind, lang }, at) {
    const item = document.createElement("li");
    item.id = `${list.id}-${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = url;
    const name = document.createElement("span");
    name.textContent = title;
    if (lang) name.lang = lang;
    const what = document.createElement("span");
    what.className = "muted small";
    what.textContent = kind;
    item.append(name, what);
    return item;
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const text = input.value.trim();
    try {
      const answer = await fetch(`${input.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal: asked.signal });
      if (!answer.ok) return close();
      const { suggestions } = await answer.json();
      if (input.value.trim() !== text || document.activeElement !== input) return;
      list.replaceChildren(...suggestions.map(option));
      list.hidden = !suggestions.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      choose(-1);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (event.isComposing || !isEnough(input.value.trim())) return close();
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("compositionend", () => input.dispatchEvent(new Event("input")));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") choose(chosen < last ? chosen + 1 : -1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? last : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.url);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150)); // a click on the list comes first
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.assign(item.dataset.url);
  });
}

boxes.forEach(connect);
