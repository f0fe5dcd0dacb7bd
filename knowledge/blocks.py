"""What an entry's body is made of. Written text passes `knowledge.text` when it is saved; templates only show it."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText, expand_db_html

from knowledge import embeds, text
from knowledge.dialects import split_markdown

RICH_FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "document-link", "code", "strikethrough"]
RICH_FEATURES += ["superscript", "subscript", "blockquote"]
CODE_LANGUAGES = [
    ("text", _("Plain text")),
    ("bash", "Shell"),
    ("css", "CSS"),
    ("html", "HTML"),
    ("javascript", "JavaScript"),
    ("json", "JSON"),
    ("marc", "MARC"),
    ("python", "Python"),
    ("r", "R"),
    ("sparql", "SPARQL"),
    ("sql", "SQL"),
    ("turtle", "Turtle"),
    ("xml", "XML"),
    ("yaml", "YAML"),
]


def longtext(**kwargs):
    """A field for long text, refused over the cap of a block."""
    return blocks.TextBlock(validators=[MaxLengthValidator(text.MAX_SOURCE)], **kwargs)


class RichTextBlock(blocks.RichTextBlock):
    """Rich text of Wagtail's editor; what it makes of links passes the boundary like everything else."""

    def __init__(self, **kwargs):
        kwargs = {"features": RICH_FEATURES, "validators": [MaxLengthValidator(text.MAX_SOURCE)], **kwargs}
        super().__init__(**kwargs)

    def render_basic(self, value, context=None):
        return text.written(text.boundary(expand_db_html(value.source)))

    class Meta:
        label = _("Text")
        icon = "pilcrow"


class WrittenValue(blocks.StructValue):
    """Source and format as written, with the HTML that was made of it when it was saved."""

    rendered = None

    @property
    def html(self):
        if self.rendered is None:
            self.render()
        return text.written(self.rendered.html)

    def render(self):
        """Make the HTML anew; raises `TextRefused`."""
        made = text.RENDERERS[self["format"]](self["source"])
        addressed, _contents = text.anchors(made.html)
        self.rendered = made._replace(html=addressed)


class MarkdownBlock(blocks.StructBlock):
    """Text with its source: Markdown, HTML from an import, or plain. Stored as source, format, HTML and version."""

    source = longtext(label=_("Text"), rows=12)
    format = blocks.ChoiceBlock(
        [("markdown", "Markdown"), ("html", "HTML"), ("text", _("Plain text"))],
        default="markdown",
        label=_("Written as"),
    )

    def normalize(self, value):
        """From code come a source and perhaps a format; HTML is never taken from there."""
        if isinstance(value, WrittenValue):
            return value
        return super().normalize({"source": value.get("source", ""), "format": value.get("format", "markdown")})

    def to_python(self, value):
        struct = super().to_python(value)
        if value.get("html") is not None:
            struct.rendered = text.Rendered(value["html"], value.get("version", 0))
        return struct

    def bulk_to_python(self, values):
        return [self.to_python(value) for value in values]

    def get_prep_value(self, value):
        html = str(value.html)  # renders what came from code and was never shown
        return {**super().get_prep_value(value), "html": html, "version": value.rendered.version}

    def clean(self, value):
        struct = super().clean(value)
        try:
            struct.render()
        except text.TextRefused as refused:
            raise StructBlockValidationError({"source": refused}) from refused
        return struct

    def get_searchable_content(self, value):
        return [text.plain(value.html)]

    class Meta:
        label = _("Markdown")
        icon = "edit"
        template = "knowledge/blocks/markdown.html"
        value_class = WrittenValue


class CodeBlock(blocks.StructBlock):
    language = blocks.ChoiceBlock(CODE_LANGUAGES, default="text", label=_("Language"), search_index=False)
    code = longtext(label=_("Code"), rows=8)

    class Meta:
        label = _("Code")
        icon = "code"
        template = "knowledge/blocks/code.html"


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    alt_text = blocks.CharBlock(
        max_length=400,
        label=_("What it shows"),
        help_text=_("For people who do not see the image: what they would miss."),
    )
    caption = blocks.CharBlock(max_length=400, required=False, label=_("Caption"))

    class Meta:
        label = _("Image")
        icon = "image"
        template = "knowledge/blocks/image.html"


class TableBlock(TypedTableBlock):
    """A table of words and numbers; its heading row names the columns."""

    class Meta:
        label = _("Table")
        icon = "table"
        template = "knowledge/blocks/table.html"


class FormulaBlock(blocks.StructBlock):
    latex = longtext(label=_("Formula in LaTeX"), rows=3, help_text=_(r"For example: \frac{a}{b} + \sqrt{x}"))
    words = blocks.CharBlock(
        max_length=400,
        label=_("The formula in words"),
        help_text=_("For people who listen to the page, and for the search."),
    )

    class Meta:
        label = _("Formula")
        icon = "superscript"
        template = "knowledge/blocks/formula.html"


class DiagramBlock(blocks.StructBlock):
    source = longtext(
        label=_("Diagram in Mermaid"), rows=6, help_text=_("For example: graph LR; A[Asks] --> B[Is answered]")
    )
    description = blocks.CharBlock(
        max_length=600,
        label=_("What it shows"),
        help_text=_("For people who do not see the diagram: what they would miss."),
    )

    class Meta:
        label = _("Diagram")
        icon = "arrows-up-down"
        template = "knowledge/blocks/diagram.html"


class QuotationBlock(blocks.StructBlock):
    quotation = longtext(label=_("Quotation"), rows=3)
    who = blocks.CharBlock(max_length=200, required=False, label=_("Who said it"))
    source = blocks.CharBlock(max_length=400, required=False, label=_("Where it stands"))

    class Meta:
        label = _("Quotation")
        icon = "openquote"
        template = "knowledge/blocks/quotation.html"


class FileBlock(blocks.StructBlock):
    file = DocumentChooserBlock(label=_("File"))
    note = blocks.CharBlock(max_length=400, required=False, label=_("What is in it"))

    class Meta:
        label = _("File")
        icon = "doc-full"
        template = "knowledge/blocks/file.html"


class OwnAddressBlock(blocks.CharBlock):
    """An address of this site, kept as its path."""

    def clean(self, value):
        found = embeds.own_path(super().clean(value))
        if not found:
            raise ValidationError(_("Give an address of this site, for example /en/topics/12/."))
        language, path = found
        return f"/{language}/{path}"


class EmbedBlock(blocks.StructBlock):
    """A card of something on this site; readers who may not see the thing see nothing."""

    address = OwnAddressBlock(max_length=500, label=_("Address on this site"))

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        request = context.get("request")
        context["embedded"] = request and embeds.resolve(value["address"], request.user)
        return context

    def get_searchable_content(self, value):
        return []  # what it shows depends on the reader

    class Meta:
        label = _("From this site")
        icon = "link"
        template = "knowledge/blocks/embed.html"


class EntryBody(blocks.StreamBlock):
    text = RichTextBlock()
    markdown = MarkdownBlock()
    code = CodeBlock()
    image = ImageBlock()
    table = TableBlock(
        [
            ("text", blocks.TextBlock(required=False, max_length=2000, label=_("Text"))),
            ("number", blocks.FloatBlock(required=False, label=_("Number"))),
        ]
    )
    formula = FormulaBlock()
    diagram = DiagramBlock()
    quotation = QuotationBlock()
    file = FileBlock()
    embed = EmbedBlock()

    def to_python(self, value):
        stream = super().to_python(value)
        if not stream.is_lazy and stream is not value:  # made in code; what the database holds is numbered already
            address_headings(stream)
        return stream

    def clean(self, value):
        stream = super().clean(value)
        address_headings(stream)
        return stream

    class Meta:
        template = "knowledge/blocks/body.html"


def written_body(source, file_format="markdown"):
    """A body made of text in one of `knowledge.text.RENDERERS`, rendered; Markdown over the cap is split at headings.

    Raises `TextRefused` when a part cannot be rendered within the caps.
    """
    parts = split_markdown(source) if file_format == "markdown" else [source]
    blocks_of_it = [("markdown", {"source": part, "format": file_format}) for part in parts if part.strip()]
    body = EntryBody().normalize(blocks_of_it)
    for child in body:
        child.value.render()
    address_headings(body)
    return body


def address_headings(stream):
    """Give each heading of a body an address that no other heading of it has."""
    taken = set()
    for child in stream:
        if child.block_type == "markdown":
            html, contents = text.anchors(child.value.html, taken)
            child.value.rendered = child.value.rendered._replace(html=html)
        elif child.block_type == "text":
            source, contents = text.address_headings(child.value.source, taken)
            child.value = RichText(source)
        else:
            continue
        taken.update(heading.anchor for heading in contents)


def contents(stream):
    """The headings of a body in reading order, as `text.Heading`: the list of contents beside it."""
    found = []
    for child in stream:
        if child.block_type == "markdown":
            found += text.headings(child.value.html)
        elif child.block_type == "text":
            found += text.headings(child.value.source)
    return found


def body_text(stream):
    """The words of a body for the search index and for summaries: what every reader of it sees."""
    words = [piece for child in stream for piece in child.block.get_searchable_content(child.value)]
    return "\n".join(word for word in map(str, words) if word.strip())


def drawings(stream):
    """What scripts must draw on a page with this body: a subset of {"formula", "diagram"}."""
    kinds = {child.block_type for child in stream} & {"formula", "diagram"}
    return kinds.union(*(text.drawings(child.value.html) for child in stream.blocks_by_name("markdown")))
