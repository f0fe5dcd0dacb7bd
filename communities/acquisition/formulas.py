"""HTML of sites that draw formulas with MathJax, turned into the markup of this one. What stands in code is left as it is."""

import re

_TAG = re.compile(r"(<[^<>]{0,4000}>)")
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LEFT_ALONE = frozenset({"code", "pre", "script", "style", "kbd"})
_LONGEST = 4000  # characters of a formula
# A price is no formula: nothing blank after the first dollar and before the last, no digit behind it, signs beside
# the words; or, with blanks, TeX in it.
_FORMULA = re.compile(
    rf"""\\\$
    | \$\$(?P<display>.{{1,{_LONGEST}}}?)\$\$
    | (?P<block>\\begin\{{(?P<name>[a-z]{{1,20}}\*?)\}}.{{1,{_LONGEST}}}?\\end\{{(?P=name)\}})
    | \$(?P<inline>(?!\s)(?=[^$\s]{{1,{_LONGEST}}}\$|[^$]{{0,{_LONGEST}}}[\\^_{{=+|(&])(?:\\.|[^$\\]){{1,{_LONGEST}}}?)(?<!\s)\$(?!\d)
    | \$\s?(?P<spaced>(?=[^$]{{0,{_LONGEST}}}[\\^_{{])(?:\\.|[^$\\]){{1,{_LONGEST}}}?)\$(?!\d)""",
    re.VERBOSE | re.DOTALL,
)
_CODE_LANGUAGE = re.compile(r'<pre class="(?:[^"]* )?lang(?:uage)?-([\w+#.-]{1,40})[^"]*">\s*<code>')
_EMPTY = re.compile(r"<p>\s*</p>")


def own_markup(html):
    """HTML of a dump with `$…$`, `$$…$$` and `\\begin…\\end` as formulas, and the language of code where this site looks for it."""
    html = _CODE_LANGUAGE.sub(r'<pre><code class="language-\1">', html)
    if "$" not in html and "\\begin{" not in html:
        return html
    pieces, code, paragraph = [], 0, False
    for piece in _TAG.split(html):
        tag = _NAME.match(piece)
        if tag:
            name, closes = tag[2].lower(), bool(tag[1])
            code = max(code + (-1 if closes else 1), 0) if name in _LEFT_ALONE else code
            paragraph = not closes if name == "p" else paragraph
        elif not code:
            piece = _FORMULA.sub(lambda match, inside=paragraph: _markup(match, inside), piece)
        pieces.append(piece)
    return _EMPTY.sub("", "".join(pieces))


def _markup(match, in_paragraph):
    """One formula; a paragraph ends before a displayed one and begins again after it."""
    display = match["display"] or match["block"]
    if display:
        block = f'<pre><code class="language-math">{display.strip()}</code></pre>'
        return f"</p>{block}<p>" if in_paragraph else block
    inline = match["inline"] or match["spaced"]
    return f'<code class="language-math">{inline.strip()}</code>' if inline and inline.strip() else match[0]
