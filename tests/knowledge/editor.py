"""The admin's editor as a librarian's browser uses it: open the form, change some fields, send it."""

from bs4 import BeautifulSoup
from django.urls import reverse


def fields_of(html):
    """The fields of the edit form as a browser would send them: a dict."""
    form = BeautifulSoup(html, "html.parser").find("form", id="page-edit-form")
    found = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name = field.get("name")
        if not name or field.get("type") in ("submit", "button", "file"):
            continue
        if field.get("type") in ("checkbox", "radio"):
            if field.has_attr("checked"):
                found[name] = field.get("value", "on")
        elif field.name == "select":
            chosen = field.find("option", selected=True)
            found[name] = chosen["value"] if chosen else ""
        else:
            found[name] = field.get("value", "") if field.name == "input" else field.text.removeprefix("\n")
    return found


def open_form(client, entry):
    """The form of `entry` as `client` gets it."""
    response = client.get(edit_url(entry))
    assert response.status_code == 200
    return fields_of(response.content.decode()) | body_fields(entry)


def body_fields(entry):
    """The body is put together by script: here one block of Markdown."""
    block = entry.get_latest_revision_as_object().body[0]
    return one_block(block.value["source"], key=block.id)


def one_block(source, key=""):
    return {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "markdown",
        "body-0-id": key,
        "body-0-value-source": source,
        "body-0-value-format": "markdown",
    }


def edit_url(entry):
    return reverse("wagtailadmin_pages:edit", args=[entry.pk])


def add_url(index):
    return reverse("wagtailadmin_pages:add", args=["knowledge", "entry", index.pk])


def open_new(client, index):
    """The form for a new entry below `index`, with a body."""
    response = client.get(add_url(index))
    assert response.status_code == 200
    return fields_of(response.content.decode()) | one_block("Ask at the desk.")
