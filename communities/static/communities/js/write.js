/* Writing: drafts are kept on the server while one types, pictures go into the text, quotations begin a reply. */
const PAUSE = 1500;
const KEPT = ["title", "text", "tried", "happened", "learned", "question", "community", "topics", "language", "useful", "version", "post"];

for (const form of document.querySelectorAll("[data-writing]")) {
  const area = form.elements.text; // a practice report has three others
  area?.setSelectionRange(area.value.length, area.value.length); // what is put in goes to the end of what is there
  keepDrafts(form);
  takePictures(form);
}

/* a note stands beside each post that is chosen for a write-up */
function isKept(name) {
  return KEPT.includes(name) || name.startsWith("note-");
}

function token(form) {
  return form.querySelector("[name=csrfmiddlewaretoken]").value;
}

function say(form, words) {
  form.querySelector("[data-saved]").textContent = words;
}

/* a page to sign in on is no answer, hence no redirect */
function send(form, address, body, more = {}) {
  const headers = { "X-CSRFToken": token(form), Accept: "application/json" };
  return fetch(address, { method: "POST", body, headers, redirect: "error", ...more });
}

function keepDrafts(form) {
  let timer = 0;
  const save = async () => {
    timer = 0;
    const body = new FormData();
    body.set("place", form.dataset.writing);
    for (const [name, value] of new FormData(form)) if (isKept(name)) body.append(name, value);
    try {
      const answer = await send(form, form.dataset.draftUrl, body, { keepalive: true });
      say(form, answer.ok ? form.dataset.kept : form.dataset.notKept);
    } catch {
      say(form, form.dataset.notKept);
    }
  };
  form.addEventListener("input", (event) => {
    if (!isKept(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0; // what was sent is no draft any more, though the page is hidden now
  });
  addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !timer) return;
    clearTimeout(timer);
    save();
  });
}

/* puts `words` where the cursor stands, on lines of their own */
function insert(area, words) {
  const before = area.value.slice(0, area.selectionStart);
  const gap = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
  area.setRangeText(`${gap}${words}\n\n`, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

function takePictures(form) {
  const button = form.querySelector("[data-attach]");
  button?.addEventListener("click", async (event) => {
    const picture = form.elements.picture;
    if (!picture.files.length) return;
    event.preventDefault();
    const body = new FormData();
    body.set("picture", picture.files[0]);
    body.set("picture_title", form.elements.picture_title.value);
    const said = await send(form, form.dataset.pictureUrl, body)
      .then((answer) => answer.json())
      .catch(() => ({})); // no connection, or a page instead of data
    if (!said.markdown) return say(form, said.error ?? form.dataset.notTaken);
    insert(form.elements.text, said.markdown);
    picture.value = form.elements.picture_title.value = "";
    button.closest("details").open = false;
  });
}

/* htmx leaves out what is refused: whoever asked for a preview or the form of a comment reads why it does not come */
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.isError || !detail.target.matches(".preview, .comment-box")) return;
  detail.shouldSwap = true;
  detail.selectOverride = ".refusal .lead:first-of-type";
});

/* "Reply": the words that are marked, or nothing, begin the reply at once */
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-quote]");
  const area = document.querySelector("#reply textarea");
  if (!link || !area || event.ctrlKey || event.metaKey) return;
  const marked = getSelection();
  const post = link.closest(".post");
  if (!marked.toString().trim() || !post.contains(marked.anchorNode)) return; // the server quotes the beginning
  event.preventDefault();
  insert(area, marked.toString().trim().split("\n").map((line) => `> ${line}`).join("\n"));
  area.scrollIntoView({ block: "center" });
});
