/* What an entry does beyond reading: marks where one is in the contents, prints. */
const links = new Map([...document.querySelectorAll(".toc a[href^='#h-']")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));

function markPlace(entries) {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(target.id)?.setAttribute("aria-current", "location");
  }
}

const watcher = new IntersectionObserver(markPlace, { rootMargin: "0px 0px -75% 0px" });
for (const id of links.keys()) {
  const heading = document.getElementById(id);
  if (heading) watcher.observe(heading);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.closest("[hidden]")?.removeAttribute("hidden");
  button.addEventListener("click", () => print());
}
