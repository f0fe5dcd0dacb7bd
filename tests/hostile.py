"""Hostile texts made from rules, for the checks of the boundary, of pages and of forms.

`payloads` tries to run script or to leave the allow-list: each tag × handler, each attribute × scheme × encoding, each
context × broken nesting. `pathological` tries to make the renderer slow: long runs and deep nests.
"""

# ruff: noqa: SIM905  lists of tags read better as words

from itertools import product

TAGS = (
    "a abbr animate applet area article audio b base bgsound blink body br button canvas code details dialog"
    " div embed fieldset font foreignObject form frame frameset h1 h2 head html iframe image img input isindex"
    " keygen link listing marquee math meta mglyph mi mtext noembed noscript object optgroup option p param"
    " picture plaintext portal pre script section select set slot source span style svg table td template"
    " textarea title track use video wbr xmp xss"
).split()
HANDLERS = (
    "onload onerror onclick onmouseover onfocus onblur onanimationstart onpointerenter ontoggle onbegin"
    " onscroll onwheel onbeforetoggle onafterprint OnErRoR on\x00error on\terror ononerrorerror"
).split(" ")
URL_ATTRIBUTES = (
    "href src xlink:href action formaction poster data background srcset cite ping style id name class".split()
)
SCHEMES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "file:///etc/passwd",
    "blob:https://example.org/1",
    "view-source:x",
    "livescript:x",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "/\\evil.example/x",
    "\\/evil.example",
    "/media/../admin/",
    "http:evil.example",
    "https:/evil.example",
    "http://good.example@evil.example/",
    "http://good.example\\@evil.example/",
    "ftp://evil.example/",
    "tel:1",
    "?x",
    "x.html",
    "",
)


def _entities(text):
    return "".join(f"&#x{ord(char):x};" for char in text)


def _decimal_unclosed(text):
    return "".join(f"&#{ord(char):07d}" for char in text)


def _half(text):
    return "".join(f"&#{ord(char)};" if place % 2 else char for place, char in enumerate(text))


ENCODINGS = {
    "plain": str,
    "entities": _entities,
    "unclosed entities": _decimal_unclosed,
    "half": _half,
    "tab inside": lambda text: text[:4] + "\t" + text[4:],
    "entity tab inside": lambda text: text[:4] + "&Tab;" + text[4:],
    "new line inside": lambda text: text[:4] + "&NewLine;" + text[4:],
    "NUL inside": lambda text: text[:4] + "\x00" + text[4:],
    "controls before": lambda text: "&#1;&#14; " + text,
    "zero width before": lambda text: "\u200b\u2028" + text,
    "percent": lambda text: text.replace(":", "%3a"),
    "colon entity": lambda text: text.replace(":", "&colon;"),
}
NESTINGS = (
    "{}",
    "<p{}",
    "<!--{}-->",
    "<!--><{}-->",
    "<![CDATA[{}]]>",
    "<?xml {}?>",
    "<svg>{}</svg>",
    "<svg></p><style>{}</style>",
    "<svg><desc>{}",
    "<math><mtext><table><mglyph><style>{}",
    "<math><annotation-xml encoding=text/html>{}",
    "<table>{}</table>",
    "<table><td>{}",
    "<select>{}</select>",
    "<noscript><p title='</noscript>{}'>",
    "<style><a title='</style>{}'>",
    "<textarea>{}",
    "<title>{}",
    "<template>{}</template>",
    "<form><div></form><form>{}",
    "<xmp>{}",
    "<a href='{}",
    '<p title="{}">',
    "<<{}>>",
    "<b><a><b>{}</a></b>",
    "<p id={}>x</p>",
    "</{}>",
    "<iframe srcdoc='{}'>",
)
MARKDOWN = (
    "[x]({})",
    "[x](<{}>)",
    "![x]({})",
    "[x]: {}\n\n[x]",
    "<{}>",
    "`{}`",
    "```{}\nx\n```",
    "    {}",
    "> {}",
    "# {}",
    "|{}|\n|-|\n|{}|",
    '[x](/a "{}")',
    "$${}$$",
    "*{}*",
    "https://example.org/{}",
    "![{}](https://example.org/x.png)",
    "[![{}](/media/x.png)]({})",
)


def payloads():
    """Thousands of HTML texts that must come out harmless."""
    for tag, handler in product(TAGS, HANDLERS):
        yield f"<{tag} {handler}=alert(1) src=x>y</{tag}>"
        yield f"<{tag}/{handler}='alert(1)'/src=x"
    for attribute, scheme, encode in product(URL_ATTRIBUTES, SCHEMES, ENCODINGS.values()):
        tag = "img" if attribute in ("src", "srcset") else "a"
        yield f'<{tag} {attribute}="{encode(scheme)}">x</{tag}>'
    cores = [f"<{tag} onerror=alert(1) src=x onload=alert(1)>" for tag in TAGS]
    cores += ["<h2 id=alert name=alert class=alert>x</h2>", "<a id=alert name=alert>x</a>"]
    cores += ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href=javascript:alert(1)>x</a>"]
    for nesting, core in product(NESTINGS, cores):
        yield nesting.replace("{}", core)


def markdown_payloads():
    """Thousands of Markdown texts that must come out harmless."""
    fills = [encode(scheme) for scheme in SCHEMES for encode in ENCODINGS.values()]
    fills += [f"<{tag} onerror=alert(1) src=x>" for tag in TAGS]
    for frame, fill in product(MARKDOWN, fills):
        yield frame.replace("{}", fill)


def _run(piece, length):
    return (piece * (length // len(piece) + 1))[:length]


RUNS = (
    "[ []( ![ *a_ **a_* _ `a`` > 1.\ta\n $a $ $$\n $$a &#x41; &amp < <a <!-- <http://a> ( http://a/(((("
    " http:// ~~a [a]:b\n \n \t #"
).split(" ")
RUNS += [
    "- ",
    "> - ",
    "a\n\n",
    "a  \n",
    "*a* ",
    "`a` ",
    "[a](b)",
    '[a](/b "',
    "![a](http://x/y)",
    "```\n",
    "|a|b|\n|-|-|\n",
    "中",
    "\u00a0",
    "[[",
    "[a](",
    "[a](b)[",
    "![a\n",
    "- [a]: \n",
    "**中**a",
    "<a@b.c>",
    "@",
    "@a ",
]
HTML_RUNS = (
    "<div> <div></x> <table> <table>x <tr><td> <b></p> <a> <a><b></a> <p> <li> <p><b> <svg><g> <svg></p>"
    " <math><mi> <!-- <![CDATA[ <?a &a &notin <script> <style>a <textarea> <p>a</b> < <a </p> </br> <h1><h2>"
    " <b><i></b></i> <b><p></b> <i><b><p></i> <font><p> <template> <br> <em>a</em> <img> <dd><dt>"
    " <select><option> <ruby><rt>"
).split(" ")


def pathological(length):
    """Name -> Markdown of about `length` characters that slow renderers down."""
    texts = {f"run of {piece!r}": _run(piece, length) for piece in RUNS}
    texts["address and brackets"] = "http://a/" + "(" * (length - 9)
    texts["address and dots"] = _run("http://a.b/" + "." * 1_900 + " ", length)
    texts["nested list"] = "".join(" " * (2 * level) + "- a\n" for level in range(170))[:length]
    texts["growing backticks"] = "".join("`" * count + " " for count in range(1, 250))[:length]
    texts["wide table"] = ("|" + "a|" * 150 + "\n|" + "-|" * 150 + "\n" + "a\n" * length)[:length]
    return texts


def pathological_html(length):
    """Name -> HTML of about `length` characters that slow sanitisers down."""
    texts = {f"run of {piece!r}": _run(piece, length) for piece in HTML_RUNS}
    texts["open formatting"] = "".join(f"<b a={number}>" for number in range(1_200)) + _run("<p>", length // 2)
    texts["some open formatting"] = "".join(f"<b a={number}>" for number in range(38)) + _run("<p>x", length - 500)
    texts["foster parents"] = "<table>" + _run("<b>x", length - 7)
    texts["many attributes"] = "<a " + "".join(f"a{number:x} " for number in range(5_000)) + ">"
    return {name: text[:length] for name, text in texts.items()}
