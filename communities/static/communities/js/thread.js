/* Reading a thread: the list at the left follows the post that is being read. */
const list = document.querySelector(".posts-list");
const links = new Map();
for (const link of list?.querySelectorAll('a[href^="#post-"]') ?? []) links.set(link.hash.slice(1), link);

const seen = new Set();

function mark() {
  const first = [...links.keys()].find((id) => seen.has(id));
  if (!first) return;
  for (const [id, link] of links) {
    if (id === first) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
}

const watcher = new IntersectionObserver(
  (parts) => {
    for (const { target, isIntersecting } of parts) {
      if (isIntersecting) seen.add(target.id);
      else seen.delete(target.id);
    }
    mark();
  },
  { rootMargin: "-10% 0px -60% 0px" },
);
for (const id of links.keys()) {
  const post = document.getElementById(id);
  if (post) watcher.observe(post);
}

/* menus of a post close when one clicks elsewhere or presses Escape */
const menus = () => document.querySelectorAll(".acts details[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* a form that was fetched takes the focus */
document.addEventListener("htmx:afterSettle", (event) => event.target.querySelector?.("textarea")?.focus());
