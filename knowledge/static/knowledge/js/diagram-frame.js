/* Inside the sandboxed frame: takes a diagram's source from the page around it, draws it, tells its height.
   A classic script: a module would not load into a frame that has no origin. */

const stage = document.getElementById("stage");
const tell = (message) => parent.postMessage(message, "*");

function fit() {
  tell({ height: stage.getBoundingClientRect().height + 2 });
}

async function draw({ source, dark }) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  window.mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    theme: dark ? "dark" : "neutral",
    maxTextSize: 32000,
    suppressErrorRendering: true,
    fontFamily: "sans-serif",
  });
  try {
    const { svg } = await window.mermaid.render("diagram", source);
    stage.innerHTML = svg;
    stage.firstElementChild.setAttribute("aria-hidden", "true"); // the frame's title says what it shows
    new ResizeObserver(fit).observe(stage);
    fit();
  } catch {
    tell({ failed: true });
  }
}

addEventListener("message", (event) => {
  if (event.source === parent && typeof event.data?.source === "string") draw(event.data);
});
tell({ ready: true });
