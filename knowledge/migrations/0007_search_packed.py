"""Facets are counted from packed numbers alone; rows for each of them were written and never read."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0006_search_counts'),
    ]

    operations = [
        migrations.DeleteModel(name='SearchFacet'),
    ]
