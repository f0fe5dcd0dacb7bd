/* Draws the formulas of a page with KaTeX; without script, or when one is wrong, its source stays.
   katex.render builds nodes (no markup, no style attributes), so it works under the strict policy of public pages. */

const OPTIONS = { throwOnError: true, trust: false, strict: "ignore", maxSize: 20, maxExpand: 500, output: "htmlAndMathml" };

function draw(code) {
  const source = code.parentElement.tagName === "PRE" ? code.parentElement : code;
  const target = document.createElement(source === code ? "span" : "div");
  target.className = source === code ? "formula-inline" : "formula-display";
  try {
    window.katex.render(code.textContent, target, { ...OPTIONS, displayMode: source !== code });
  } catch (error) {
    code.title = error.message;
    return;
  }
  if (source !== code) target.tabIndex = 0; // a wide formula scrolls, by keyboard too
  source.replaceWith(target);
}

document.querySelectorAll("code.language-math").forEach(draw);
