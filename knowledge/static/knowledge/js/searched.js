/* Tells the library that a result was opened: its kind and its place, with the handle of the page, which names nobody.
   The handle of a search is remembered in this tab only, for its further pages and for the same search narrowed. */
const form = document.querySelector("form.bigfind");
const REMEMBERED = "searched";

function remembered(query) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "null");
    return kept?.query === query ? kept.event : "";
  } catch {
    return "";
  }
}

function remember(query, event) {
  try {
    sessionStorage.setItem(REMEMBERED, JSON.stringify({ query, event }));
  } catch {
    /* no storage: only this page tells what was opened from it */
  }
}

function tell(address, events, kind, place) {
  const said = new URLSearchParams({ kind, place });
  for (const event of events) said.append("event", event);
  navigator.sendBeacon(address, said);
}

function follow(lists, form) {
  const query = form.elements.q.defaultValue;
  const event = form.elements.after?.value ?? "";
  const first = remembered(query);
  if (event && !first) remember(query, event);
  const events = [...new Set([first, event])].filter(Boolean);
  const opened = ({ target, currentTarget: list, button }) => {
    const row = target.closest("a[href]")?.closest("li.hit");
    const at = [...list.children].indexOf(row);
    if (at < 0 || button > 1 || !events.length) return;
    const place = list.dataset.first === "0" ? 0 : Number(list.dataset.first) + at;
    tell(list.dataset.opened, events, list.dataset.kinds.split(" ")[at], place);
  };
  for (const list of lists) {
    list.addEventListener("click", opened);
    list.addEventListener("auxclick", opened);
  }
}

/* an address that is handed on should not say from which page it was typed on */
const here = new URL(location.href);
if (here.searchParams.has("after")) {
  here.searchParams.delete("after");
  history.replaceState(history.state, "", here);
}
if (form) follow(document.querySelectorAll("[data-opened]"), form);
