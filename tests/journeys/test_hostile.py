"""Check 1 in a browser: nothing hostile runs or leaves the allow-list, as it is served and after two round trips."""

import pytest

from knowledge import text
from tests.hostile import markdown_payloads, payloads
from tests.knowledge.test_hostile_text import ALLOWED

pytestmark = pytest.mark.journey
BATCH = 750  # payloads a document
WATCH = """
    window.fired = [];
    for (const name of ["alert", "confirm", "prompt", "print", "open"])
        window[name] = (...words) => window.fired.push(`${name}: ${words}`);
"""
INSPECT = """allowed => {
    const faults = [...window.fired];
    for (const element of document.querySelectorAll("#stage *")) {
        const tag = element.localName;
        if (tag === "section") continue;
        if (!(tag in allowed)) faults.push(`<${tag}>`);
        for (const {name, value} of element.attributes) {
            if (!(allowed[tag] || []).includes(name) && name !== "lang" && name !== "dir") faults.push(`${tag} ${name}`);
            const runs = /^[\\s\\x00-\\x1f]*(javascript|vbscript|data):/i.test(value);
            if (["href", "src"].includes(name) && runs) faults.push(`${tag} ${name}=${value}`);
        }
        for (const kind of ["click", "mouseover", "focus", "error", "toggle"]) element.dispatchEvent(new Event(kind));
    }
    return faults.slice(0, 10);
}"""


def rendered(render, sources):
    """The HTML that is stored of each source; what is refused is stored nowhere."""
    for source in sources:
        try:
            yield render(source).html
        except text.TextRefused:
            continue


@pytest.fixture
def stage(browser):
    """A page without any policy: only the boundary stands between the text and the browser."""
    context = browser.new_context()
    context.route("**/*", lambda route: route.abort())  # pictures of a payload go nowhere
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("render", "sources"),
    [(text.render_html, payloads), (text.render_markdown, markdown_payloads), (text.render_markdown, payloads)],
    ids=["as HTML", "as Markdown", "HTML in Markdown"],
)
def test_nothing_hostile_runs(render, sources, stage):
    pieces = [f"<section>{html}</section>" for html in rendered(render, sources())]
    assert len(pieces) > 3000
    allowed = {tag: sorted(attributes) for tag, attributes in ALLOWED.items()}

    for start in range(0, len(pieces), BATCH):
        stage.set_content(
            f"<!doctype html><div id=stage>{''.join(pieces[start : start + BATCH])}</div>", wait_until="commit"
        )
        for _round_trip in range(3):
            assert stage.evaluate(INSPECT, allowed) == []
            stage.evaluate(
                "() => { const stage = document.querySelector('#stage'); stage.innerHTML = stage.innerHTML; }"
            )


def test_the_stage_notices_what_runs(stage):
    """The watch itself works: the same page without the boundary is caught."""
    stage.set_content("<!doctype html><div id=stage><img src=x onerror=alert(1)><script>alert(2)</script></div>")

    faults = stage.evaluate(INSPECT, {"img": ["src"]})

    assert "img onerror" in faults
    assert any(fault.startswith("alert") for fault in faults)
