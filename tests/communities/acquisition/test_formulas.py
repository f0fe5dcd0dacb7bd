import pytest

from communities.acquisition.formulas import own_markup
from tests.timing import is_slow

MATH = '<code class="language-math">{}</code>'


@pytest.mark.parametrize(
    ("html", "formula"),
    [
        ("<p>a $x^2$ b</p>", "x^2"),
        (r"<p>$\alpha &lt; \beta$.</p>", r"\alpha &lt; \beta"),
        (r"<p>costs \$3 and $ \pi $ it is</p>", r"\pi"),
        ("<p>$n$-fold</p>", "n"),
    ],
)
def test_a_formula_in_a_line_is_marked(html, formula):
    assert MATH.format(formula) in own_markup(html)


def test_a_displayed_formula_ends_its_paragraph():
    assert own_markup("<p>so $$x=y$$ it is</p>") == f"<p>so </p><pre>{MATH.format('x=y')}</pre><p> it is</p>"


def test_a_paragraph_that_is_a_formula_leaves_no_empty_ones():
    assert own_markup("<p>$$x$$</p>") == f"<pre>{MATH.format('x')}</pre>"


def test_an_environment_without_dollars_is_a_displayed_formula():
    formula = r"\begin{align}x&amp;=y\end{align}"

    assert own_markup(f"<p>{formula}</p>") == f"<pre>{MATH.format(formula)}</pre>"


@pytest.mark.parametrize(
    "html",
    [
        "<p>from $5 to $10</p>",
        "<p>$5/$10 and US$ 3</p>",
        "<p><code>$PATH:$HOME</code></p>",
        "<pre><code>echo $a $b</code></pre>",
        "<p>one $ alone</p>",
        "<p>no money</p>",
    ],
)
def test_prices_and_code_are_left_as_they_are(html):
    assert own_markup(html) == html


def test_the_language_of_code_moves_to_where_it_is_kept():
    html = '<pre class="lang-py prettyprint-override"><code>x = 1</code></pre>'

    assert own_markup(html) == '<pre><code class="language-py">x = 1</code></pre>'


@pytest.mark.parametrize("unit", ["$", "$ ", "$$", r"\begin{a}", r"\$", "<p>$", "$x", r"$\\"])
def test_long_runs_do_not_slow_it_down(unit):
    assert not is_slow(own_markup, unit * (32_000 // len(unit)))  # what goes back over its steps takes minutes
