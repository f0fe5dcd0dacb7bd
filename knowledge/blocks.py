"""What an entry's body is made of."""

from wagtail import blocks


class EntryBody(blocks.StreamBlock):
    text = blocks.RichTextBlock()
