"""How a form is drawn on the whole site: `{{ form }}` comes out in the parts of the face."""

from django.forms.renderers import TemplatesSetting


class FaceRenderer(TemplatesSetting):
    form_template_name = "kmsite/forms/form.html"
    field_template_name = "kmsite/forms/field.html"
