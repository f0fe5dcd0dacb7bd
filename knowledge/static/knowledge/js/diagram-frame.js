/* Inside the sandboxed frame: takes a diagram's source from the page around it, draws it, tells its height.
   A classic script: a module would not load into a frame that has no origin. */

const stage = document.getElementById("stage");
const SMALLEST = 0.75; // of its size: below that a wide diagram scrolls, or nobody could read it
const tell = (message) => parent.postMessage(message, "*");

function fit() {
  const bar = stage.scrollWidth > stage.clientWidth ? 16 : 0;
  tell({ height: stage.getBoundingClientRect().height + bar + 2 });
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
    const picture = stage.firstElementChild;
    picture.setAttribute("aria-hidden", "true"); // the frame's title says what it shows
    picture.style.minWidth = `${SMALLEST * picture.viewBox.baseVal.width}px`;
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
