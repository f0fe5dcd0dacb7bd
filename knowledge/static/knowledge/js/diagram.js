/* Draws the diagrams of a page. Mermaid writes styles into its pictures, which the policy of public pages forbids, so it
   runs in a sandboxed frame of ours (knowledge/views/diagram.py); the source goes there and the height comes back. */

const words = document.querySelector("script[data-diagram-frame]").dataset;

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function withSource(source) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = words.source;
  source.replaceWith(details);
  details.append(summary, source);
  return details;
}

function draw(code) {
  const source = code.parentElement;
  const caption = source.parentElement.querySelector(":scope > figcaption");
  const frame = document.createElement("iframe");
  frame.className = "diagram-frame waiting";
  frame.setAttribute("sandbox", "allow-scripts");
  frame.title = caption ? caption.textContent : words.title;
  frame.src = words.diagramFrame;

  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow) return;
    const { ready, height, failed } = event.data ?? {};
    if (ready) frame.contentWindow.postMessage({ source: code.textContent, dark: isDark() }, "*"); // its origin is opaque
    if (failed) frame.remove();
    if (!Number.isFinite(height)) return;
    if (frame.classList.contains("waiting")) {
      frame.classList.remove("waiting");
      withSource(source);
    }
    frame.height = Math.min(Math.ceil(height), 4000);
  });
  source.before(frame);
}

document.querySelectorAll("pre > code.language-diagram").forEach(draw);
