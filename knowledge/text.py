"""The one place where what people write becomes HTML.

The order matters and holds for page, preview, mail, feed and import alike: `clean`, caps, markdown-it-py (for
Markdown), bleach with its LinkifyFilter and our own filter, and `boundary` (nh3) last. Nothing touches the HTML after
it. Written text is rendered when it is saved and stored as source, HTML and `RENDERER_VERSION`.
"""

# ruff: noqa: SIM905  lists of tag names read better as words

import re
from html import unescape
from typing import NamedTuple

import nh3
from bleach.html5lib_shim import Filter
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

RENDERER_VERSION = 1  # moves on with every change that makes stored HTML look different

MAX_SOURCE = 32_000
MAX_HTML = 400_000
MAX_DEPTH = 40
MAX_ELEMENTS = 7_000  # as the parser would build them: an open <b> is built again in every later paragraph
MAX_TAG = 4_096  # one start tag; html5lib compares each of its attributes with all before it
MARKDOWN_NESTING = 20
LONGEST_URL = 2_000
LONGEST_LINKED_RUN = 2_048  # bleach is quadratic in the length of a run without spaces

LINK_REL = "nofollow ugc noopener"

TAGS = frozenset(
    "a abbr b blockquote br caption cite code dd del dfn dl dt em h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q"
    " rp rt ruby s samp small strong sub sup table tbody td th thead tr u ul var".split()
)
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "code": {"class"},
    "h2": {"id"},  # `anchors` writes these; bleach takes away what people write
    "h3": {"id"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
DROPPED_WITH_TEXT = frozenset(
    "script style template iframe noscript noembed noframes svg math object title xmp".split()
)

_VALUES = {
    "class": re.compile(r"language-[\w+#.-]{1,40}"),
    "colspan": re.compile(r"[1-9]\d?"),
    "rowspan": re.compile(r"[1-9]\d?"),
    "start": re.compile(r"\d{1,6}"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "lang": re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "id": re.compile(r"h-[\w-]{1,90}"),
}
# Blanks, controls, backslash (a slash to browsers), quotes, angle brackets and marks that turn the reading direction
_NOT_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\x9f\\\"<>\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_URL = re.compile(
    r"https?://(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]|$)|mailto:[^@/]+@[^@/]+$|/(?!/)|#(?=.)",
    re.IGNORECASE,
)
_OWN_IMAGES = [re.compile(r"/media/(?!private/)[\w./-]{1,300}")]
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# ASCII only, so that the Chinese words after an address do not become part of it; "README.md" is no address
_LINK_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9@.])https?://[A-Za-z0-9][A-Za-z0-9.:-]*(?:[/?#][\w\-.~:/?#\[\]@!$&'()*+,;=%]*)?", re.ASCII
)


class TextRefused(ValidationError):
    """Written text that cannot be taken as it is; the message says what to do, and the text stays with its author."""


class TextTooLong(TextRefused):
    def __init__(self, length, limit=MAX_SOURCE):
        message = _("This text has %(length)d characters; at most %(limit)d fit. Divide it into several parts.")
        super().__init__(message, code="too_long", params={"length": length, "limit": limit})


class TextTooDeep(TextRefused):
    def __init__(self):
        message = _("Lists, quotations or tags are nested too deeply in this text. Use fewer levels.")
        super().__init__(message, code="too_deep")


class Rendered(NamedTuple):
    html: str
    version: int


class Heading(NamedTuple):
    level: int
    text: str
    anchor: str


# ---------------------------------------------------------------- what comes in


def clean(text):
    """`text` with Unix line ends; NUL, control characters and lone surrogates become a replacement character."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("\ufffd", text)


def check_length(text, limit=MAX_SOURCE):
    """Raise `TextTooLong` when `text` is over the cap: text is refused, never cut."""
    if len(text) > limit:
        raise TextTooLong(len(text), limit)


def render_markdown(source, *, change=None):
    """Markdown -> `Rendered`. Raises `TextRefused` when it is too long or too deeply nested.

    `change(tokens)` may rewrite what was parsed, for what a room above makes of names and pictures; the boundary comes after it.
    """
    source = clean(source)
    check_length(source)
    tokens = _MARKDOWN.parse(source)
    if change is not None:
        change(tokens)
    if any(token.type in _CONTAINERS and token.level >= MARKDOWN_NESTING - 1 for token in tokens):
        raise TextTooDeep
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return Rendered(_sanitise(html), RENDERER_VERSION)


def render_html(source):
    """HTML from elsewhere -> `Rendered`, with the same caps and the same boundary."""
    source = clean(source)
    check_length(source)
    return Rendered(_sanitise(_without_scripts(source)), RENDERER_VERSION)


def render_text(source):
    """Text without markup -> `Rendered`: a blank line ends a paragraph, addresses become links."""
    source = clean(source)
    check_length(source)
    paragraphs = [part for part in re.split(r"\n\s*\n", source) if part.strip()]
    html = "\n".join("<p>{}</p>".format(escape(part.strip()).replace("\n", "<br>")) for part in paragraphs)
    return Rendered(_sanitise(html), RENDERER_VERSION)


RENDERERS = {"markdown": render_markdown, "html": render_html, "text": render_text}


# ---------------------------------------------------------------- Markdown


def _code(content, language, display):
    code = f'<code class="language-{language}">{escape(content)}</code>'
    return f"<pre>{code}</pre>\n" if display else code


def _math_inline(renderer, tokens, idx, options, env):
    return _code(tokens[idx].content, "math", display=tokens[idx].type == "math_inline_double")


def _math_block(renderer, tokens, idx, options, env):
    return _code(tokens[idx].content.strip("\n"), "math", display=True)


_FENCE_NAMES = {"mermaid": "diagram", "diagram": "diagram", "math": "math"}


def _fence(renderer, tokens, idx, options, env):
    language = (tokens[idx].info.split() or [""])[0].strip("{}.").lower()
    language = _FENCE_NAMES.get(language, language)
    if not _VALUES["class"].fullmatch(f"language-{language}"):
        language = "text"
    return _code(tokens[idx].content.removesuffix("\n"), language, display=True)


def _make_markdown():
    options = {"html": False, "maxNesting": MARKDOWN_NESTING, "linkify": False}
    markdown = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    dollarmath_plugin(markdown, allow_labels=False, allow_space=False, allow_digits=False, allow_blank_lines=False)
    for kind, rule in {"math_inline": _math_inline, "math_block": _math_block, "fence": _fence}.items():
        markdown.add_render_rule(kind, rule)
    return markdown


_MARKDOWN = _make_markdown()
_CONTAINERS = {
    "blockquote_open",
    "bullet_list_open",
    "ordered_list_open",
    "list_item_open",
}  # text too deep in them is lost


# ---------------------------------------------------------------- caps on HTML

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_SCRIPT = re.compile(r"<(script|style)\b[^>]{0,2000}>", re.IGNORECASE)
_LONG_TAG = re.compile(rf"<[a-zA-Z][^>]{{{MAX_TAG}}}")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_CLOSES_ITSELF = frozenset("p li dt dd tr td th thead tbody tfoot option".split())
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())


def _check_html(html):
    """Refuse what would make the parsers slow, before any of them sees it."""
    check_length(html, MAX_HTML)
    if _LONG_TAG.search(html):
        raise TextTooDeep
    stack, elements = [], 0
    for closing, name in _TAG.findall(html):
        name = name.lower()
        if closing:
            stack = _closed(stack, name)
        elif name not in _VOID:
            if name in _CLOSES_ITSELF and name in stack[-3:]:
                stack = _closed(stack, name)
            elements += 1 + (name not in _FORMATTING and sum(open_name in _FORMATTING for open_name in stack))
            stack.append(name)
        if len(stack) > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise TextTooDeep


def _without_scripts(html):
    """`html` without scripts and styles and what stands in them, which no reader wants to see as text."""
    pieces, at, lower = [], 0, html.lower()
    for start in _SCRIPT.finditer(html):
        end = lower.find(f"</{start[1].lower()}", start.end()) if start.start() >= at else 0
        if end < 0:
            break
        if end:
            pieces.append(html[at : start.start()])
            at = end
    return "".join([*pieces, html[at:]])


def _closed(stack, name):
    """`stack` without its last `name` and what stood in it; formatting stays open, as HTML has it."""
    if name not in stack:
        return stack
    at = len(stack) - 1 - stack[::-1].index(name)
    return stack[:at] + [inner for inner in stack[at + 1 :] if inner in _FORMATTING]


# ---------------------------------------------------------------- cleaning


def safe_url(url):
    """`url` when it is http, https, mailto, a path of this site or a place on this page; None otherwise."""
    url = url.strip()
    if _NOT_IN_URL.search(url):
        return None
    return url if len(url) <= LONGEST_URL and _URL.match(url) else None


def own_image(url):
    """`url` when it is a picture of our own; None otherwise: a remote image tells others who reads."""
    return url if ".." not in url and any(own.fullmatch(url) for own in _OWN_IMAGES) else None


def takes_images(pattern):
    """Let pictures of a room above stand in texts, from its app's `ready()`: a regular expression of their addresses."""
    if (own := re.compile(pattern)) not in _OWN_IMAGES:
        _OWN_IMAGES.append(own)


def allowed_value(tag, attribute, value):
    """The value of an allowed attribute as it may stand, or None to take the attribute away."""
    if attribute == "href":
        return safe_url(value)
    if attribute == "src":
        return own_image(value)
    if attribute in _VALUES:
        return value if _VALUES[attribute].fullmatch(value) else None
    return value


class _LinksAndImages(Filter):
    """Links without a good address become their text, foreign images become links, `h1` becomes `h2`."""

    def __iter__(self):
        link_open = link_dropped = False
        for token in super().__iter__():
            name = token.get("name")
            if name == "h1":
                token["name"] = "h2"
            if name == "a" and token["type"] == "StartTag":
                link_open = True
                href = safe_url(token["data"].get((None, "href"), ""))
                link_dropped = href is None
                if link_dropped:
                    continue
                token["data"][(None, "href")] = href
            elif name == "a" and token["type"] == "EndTag":
                link_open = False
                if link_dropped:
                    continue
            elif name == "img":
                yield from self.image(token, in_link=link_open and not link_dropped)
                continue
            yield token

    def image(self, token, *, in_link):
        address = token["data"].get((None, "src"), "")
        if own_image(address):
            yield token
            return
        href = safe_url(address)
        label = {"type": "Characters", "data": token["data"].get((None, "alt"), "").strip() or href or ""}
        if in_link or href is None or href.startswith("#"):
            yield label
            return
        yield {"type": "StartTag", "namespace": None, "name": "a", "data": {(None, "href"): href}}
        yield label
        yield {"type": "EndTag", "namespace": None, "name": "a", "data": {}}


class _Linkify(LinkifyFilter):
    def __init__(self, source):
        super().__init__(source, callbacks=[], skip_tags={"pre", "code"}, url_re=_LINK_IN_TEXT)


def _cleaner(*filters):
    return Cleaner(
        tags=TAGS | {"h1"},
        attributes={tag: sorted(names - {"id"}) for tag, names in ATTRIBUTES.items()},
        protocols=["http", "https", "mailto"],
        strip=True,
        strip_comments=True,
        filters=[*filters, _LinksAndImages],
    )


# One of each, made once: making a Cleaner costs more than cleaning a post
_CLEANER = _cleaner()
_LINKING_CLEANER = _cleaner(_Linkify)
_BOUNDARY = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED_WITH_TEXT),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=allowed_value,
    url_schemes={"http", "https", "mailto"},
    link_rel=LINK_REL,
)


def _sanitise(html):
    _check_html(html)
    cleaner = _LINKING_CLEANER if _longest_run(html) <= LONGEST_LINKED_RUN else _CLEANER
    return boundary(cleaner.clean(html))


def _longest_run(html):
    return max(map(len, re.sub(r"<[^<>]*>", " ", html).split()), default=0)


def boundary(html):
    """The last transformation of all stored HTML: what is not allowed is not in it. Doing it twice changes nothing."""
    return _BOUNDARY.clean(clean(html))


# ---------------------------------------------------------------- what goes out


def written(html):
    """Stored HTML that a renderer of this module made, for a template."""
    return mark_safe(html)  # noqa: S308  the boundary was its last transformation


_HEADING = re.compile(
    r"<h([23])((?: (?!id=)[a-z]+=\"[^\"]*\")*)(?: id=\"[^\"]*\")?((?: [a-z]+=\"[^\"]*\")*)>(.*?)</h\1>", re.DOTALL
)


def anchors(html, taken=()):
    """Rendered `html` with an address on the page for each h2 and h3, and its list of `Heading`.

    `taken` names the addresses that other parts of the page use already.
    """
    html, contents = address_headings(html, taken)
    return boundary(html), contents


def address_headings(html, taken=()):
    """As `anchors`, without the boundary: for rich text, whose source is no HTML for readers yet."""
    taken, contents = set(taken), []

    def addressed(match):
        level, before, after, inner = match.groups()
        text = plain(inner)
        anchor = _free_anchor(text, taken)
        taken.add(anchor)
        contents.append(Heading(int(level), text, anchor))
        return f'<h{level}{before}{after} id="{anchor}">{inner}</h{level}>'

    return _HEADING.sub(addressed, html), contents


def headings(html):
    """The list of `Heading` of HTML that `anchors` addressed."""
    found = re.finditer(r'<h([23])[^>]* id="(h-[^"]*)"[^>]*>(.*?)</h\1>', html, re.DOTALL)
    return [Heading(int(match[1]), plain(match[3]), match[2]) for match in found]


def _free_anchor(text, taken):
    base = "h-" + (slugify(text, allow_unicode=True)[:60].strip("-") or "part")
    anchor, number = base, 2
    while anchor in taken:
        anchor, number = f"{base}-{number}", number + 1
    return anchor


def drawings(html):
    """What scripts must draw on a page with this stored HTML: a subset of {"formula", "diagram"}."""
    kinds = {"formula": "language-math", "diagram": "language-diagram"}
    return {kind for kind, name in kinds.items() if f'<code class="{name}">' in html}


_BLOCK_END = re.compile(r"</(?:p|h[2-6]|li|dt|dd|tr|pre|blockquote|table|caption)>|<(?:br|hr)[^>]*>")
_CELL_END = re.compile(r"</t[dh]>\s*")
_ALT = re.compile(r'<img[^>]*? alt="([^"]*)"[^>]*>')


def plain(html):
    """The words of rendered HTML, a line a block, for the search index and for summaries."""
    text = _CELL_END.sub(" ", _BLOCK_END.sub("\n", _ALT.sub(r" \1 ", html)))
    text = unescape(re.sub(r"<[^>]*>", "", text))
    return re.sub(r"[^\S\n]+", " ", re.sub(r"\s*\n\s*", "\n", text)).strip()


MARK, UNMARK = "\x02", "\x03"  # `clean` takes these out of everything people write
_MARKED = re.compile(f"{MARK}([^{MARK}{UNMARK}]*){UNMARK}")


def marked(text):
    """Safe HTML of plain text in which a search engine put `MARK` and `UNMARK` around what it found."""
    html = _MARKED.sub(r"<mark>\1</mark>", escape(text))
    return mark_safe(html.replace(MARK, "").replace(UNMARK, ""))  # noqa: S308  escaped, then wrapped


def highlight(text, spans):
    """Safe HTML of plain `text` with `spans`, a list of (start, stop), wrapped in <mark>."""
    pieces, at = [], 0
    for start, stop in sorted(spans):
        start, stop = max(start, at), min(stop, len(text))
        if start < stop:
            pieces += [text[at:start], MARK, text[start:stop], UNMARK]
            at = stop
    return marked("".join([*pieces, text[at:]]))
