// Makes the drawn map explorable: closer and farther, moved by hand, walked along its edges by keyboard.
// Everything else (choosing, opening, narrowing) is a link or a form; htmx fetches the page and puts its parts in place.

const CLOSEST = 5, STEP = 1.35;

class Camera {
  // What part of the drawing is seen: the viewBox, moved and scaled.
  constructor(svg) {
    this.svg = svg;
    const [x, y, width, height] = svg.getAttribute("viewBox").split(/\s+/).map(Number);
    this.whole = { x, y, width, height };
    this.seen = { ...this.whole };
  }

  show() {
    const { x, y, width, height } = this.seen;
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  }

  scale(factor, at = this.middle()) {
    const { whole, seen } = this;
    const width = Math.min(whole.width, Math.max(whole.width / CLOSEST, seen.width / factor));
    const by = width / seen.width;
    this.seen = {
      x: at.x - (at.x - seen.x) * by,
      y: at.y - (at.y - seen.y) * by,
      width,
      height: seen.height * by,
    };
    this.keepInside();
    this.show();
  }

  move(dx, dy) {
    this.seen.x -= dx;
    this.seen.y -= dy;
    this.keepInside();
    this.show();
  }

  reset() {
    this.seen = { ...this.whole };
    this.show();
  }

  keepInside() {
    const { whole, seen } = this;
    seen.x = Math.min(Math.max(seen.x, whole.x), whole.x + whole.width - seen.width);
    seen.y = Math.min(Math.max(seen.y, whole.y), whole.y + whole.height - seen.height);
  }

  middle() {
    const { x, y, width, height } = this.seen;
    return { x: x + width / 2, y: y + height / 2 };
  }

  point(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
  }

  get isClose() {
    return this.seen.width < this.whole.width - 1;
  }
}

function zoomButtons(view, camera) {
  const buttons = view.querySelector(".zoom");
  if (!buttons) return;
  buttons.hidden = false;
  const acts = { closer: () => camera.scale(STEP), farther: () => camera.scale(1 / STEP), whole: () => camera.reset() };
  buttons.addEventListener("click", (event) => {
    const act = acts[event.target.closest("button")?.dataset.zoom];
    if (act) act();
    mark(view, camera);
  });
}

function mark(view, camera) {
  view.querySelector(".canvas").classList.toggle("grab", camera.isClose);
}

function byHand(view, camera) {
  const canvas = view.querySelector(".canvas");
  let from = null, moved = false;
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls as everywhere; with Ctrl the map comes closer
    event.preventDefault();
    camera.scale(event.deltaY < 0 ? STEP : 1 / STEP, camera.point(event));
    mark(view, camera);
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (!camera.isClose || event.button) return;
    from = camera.point(event);
    moved = false;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    const now = camera.point(event);
    if (!moved && Math.hypot(now.x - from.x, now.y - from.y) < 4) return;
    if (!moved) canvas.setPointerCapture(event.pointerId);
    moved = true;
    canvas.classList.add("grabbing");
    camera.move(now.x - from.x, now.y - from.y);
  });
  const end = () => {
    from = null;
    canvas.classList.remove("grabbing");
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("click", (event) => {
    if (moved) event.preventDefault(); // it was a move, not a choice
    moved = false;
  }, true);
}

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// From the node in focus to the neighbour that lies most in the direction of the arrow.
function walk(svg) {
  const nodes = new Map([...svg.querySelectorAll("a[data-node]")].map((node) => [node.dataset.node, node]));
  const place = (node) => ({ x: Number(node.dataset.x), y: Number(node.dataset.y) });
  svg.addEventListener("keydown", (event) => {
    const direction = DIRECTIONS[event.key];
    const here = event.target.closest("a[data-node]");
    if (!direction || !here) return;
    event.preventDefault();
    const from = place(here);
    let best = null, least = Infinity;
    for (const key of (here.dataset.next || "").split(" ")) {
      const node = nodes.get(key);
      if (!node) continue;
      const to = place(node);
      const along = (to.x - from.x) * direction[0] + (to.y - from.y) * direction[1];
      const across = Math.abs((to.x - from.x) * direction[1]) + Math.abs((to.y - from.y) * direction[0]);
      if (along > 0 && along + 2 * across < least) [best, least] = [node, along + 2 * across];
    }
    best?.focus();
  });
}

// On a small screen the drawing is larger than its place: begin where the map begins.
function showMiddle(view) {
  const canvas = view.querySelector(".canvas");
  canvas.scrollLeft = (canvas.scrollWidth - canvas.clientWidth) / 2;
  canvas.scrollTop = (canvas.scrollHeight - canvas.clientHeight) / 2;
}

function open(root) {
  for (const view of root.querySelectorAll(".view[data-map]")) {
    if (view.dataset.open) continue;
    view.dataset.open = "yes";
    const svg = view.querySelector("svg.map");
    if (!svg) continue;
    const camera = new Camera(svg);
    zoomButtons(view, camera);
    byHand(view, camera);
    walk(svg);
    showMiddle(view);
  }
}

// A narrowing that changes asks for the map anew by itself; without script there is the button.
function askAnew(root) {
  for (const form of root.querySelectorAll("form[data-ask]")) {
    if (form.dataset.open) continue;
    form.dataset.open = "yes";
    form.addEventListener("change", (event) => {
      if (event.target.matches("select, [type=checkbox]")) form.requestSubmit();
    });
  }
}

function begin(root = document) {
  open(root);
  askAnew(root);
}

begin();
document.addEventListener("htmx:load", (event) => begin(event.target.parentElement ?? document));
