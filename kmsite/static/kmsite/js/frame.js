/* What the frame does beyond reading: "/" focuses the search, the colour switch, dates in words, one open menu. */
const root = document.documentElement;

/* ---------------------------------------------------------------- "/" */
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector("#q");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
});

/* ---------------------------------------------------------------- colours */
const choices = [...document.querySelectorAll("[data-theme-choice]")];

function show(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of choices) button.setAttribute("aria-pressed", button.dataset.themeChoice === theme);
}

function remember(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    /* no storage: the choice holds for this page */
  }
}

for (const button of choices) {
  button.closest(".themes").hidden = false;
  button.addEventListener("click", () => {
    show(button.dataset.themeChoice);
    remember(button.dataset.themeChoice);
  });
}
show(root.dataset.theme ?? "");
addEventListener("storage", (event) => {
  if (event.key === "theme") show(event.newValue ?? "");
});

/* ---------------------------------------------------------------- dates in words */
const MINUTE = 60, HOUR = 3600, DAYS_IN_WORDS = 28;

function midnight(date) {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

/* the house writes 24 November in English, as the server does */
function dates(language) {
  return language === "en" ? "en-GB" : language;
}

/* "3 hours ago", "yesterday", "3 weeks ago"; after four weeks the date itself is the better word */
export function ago(then, now, language, dayOnly) {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const seconds = Math.round((then - now) / 1000);
  const days = Math.round((midnight(then) - midnight(now)) / 86400000);
  if (!dayOnly && Math.abs(seconds) < MINUTE) return words.format(0, "second");
  if (!dayOnly && Math.abs(seconds) < HOUR) return words.format(Math.trunc(seconds / MINUTE), "minute");
  if (!dayOnly && days === 0) return words.format(Math.trunc(seconds / HOUR), "hour");
  if (Math.abs(days) < 7) return words.format(days, "day");
  if (Math.abs(days) <= DAYS_IN_WORDS) return words.format(Math.trunc(days / 7), "week");
  const year = then.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(dates(language), { day: "numeric", month: "short", year }).format(then);
}

export function sayDates(within) {
  const now = new Date();
  for (const time of within.querySelectorAll("time[data-ago]")) {
    const dayOnly = !time.dateTime.includes("T");
    const then = new Date(dayOnly ? `${time.dateTime}T12:00` : time.dateTime);
    if (Number.isNaN(then.getTime())) continue;
    const language = time.closest("[lang]").lang;
    const full = dayOnly ? { dateStyle: "full" } : { dateStyle: "full", timeStyle: "short" };
    time.title = new Intl.DateTimeFormat(dates(language), full).format(then);
    time.textContent = ago(then, now, language, dayOnly);
  }
}

sayDates(document);
document.addEventListener("htmx:afterSettle", (event) => sayDates(event.target));

/* ---------------------------------------------------------------- wide code and tables scroll by keyboard too */
const reach = new ResizeObserver((parts) => {
  for (const { target } of parts) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const part of document.querySelectorAll(":is(.prose, .body) :is(pre, table)")) reach.observe(part);

/* ---------------------------------------------------------------- menu, sheet, errors */
const menu = document.querySelector(".menu");
document.addEventListener("click", (event) => {
  if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.querySelector("[data-focus]")?.focus();
