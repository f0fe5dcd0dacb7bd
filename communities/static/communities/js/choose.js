/* Choosing posts for the write-up: the choice stands in the address, so that it outlives a page, and on the button. */
const form = document.querySelector("[data-choose]");
const label = document.querySelector("[data-choose-label]");

function chosen() {
  return [...new Set(new FormData(form).getAll("posts").map(Number))].sort((a, b) => a - b);
}

function withChoice(address, posts) {
  const url = new URL(address, location.href);
  if (posts.length) url.searchParams.set("posts", posts.join(","));
  else url.searchParams.delete("posts");
  url.search = url.search.replaceAll("%2C", ",");
  return url;
}

function keep() {
  const posts = chosen();
  history.replaceState(null, "", withChoice(location.href, posts));
  for (const link of document.querySelectorAll("a[data-keep-choice], .posts-list a[href^='?']")) {
    link.href = withChoice(link.href, posts);
  }
  if (label) label.textContent = words(posts.length);
}

/* the server has written the words for every number that a language tells apart */
function words(count) {
  const { none, one, other } = form.dataset;
  const kind = new Intl.PluralRules(document.documentElement.lang).select(count);
  return count ? (kind === "one" ? one : other).replace("{n}", count) : none;
}

document.addEventListener("change", (event) => {
  if (event.target.matches('input[name="posts"]')) keep();
});
