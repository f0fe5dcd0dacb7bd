"""Wagtail's admin in the colours of the house."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def colours():
    return format_html('<link rel="stylesheet" href="{}">', static("kmsite/css/admin.css"))
