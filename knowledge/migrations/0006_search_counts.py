"""Count facets from packed numbers, and keep long texts apart from the rows that are counted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0005_vocabulary'),
    ]

    operations = [
        migrations.DeleteModel(name='SearchFacet'),
        migrations.RemoveField(model_name='searchentry', name='body'),
        migrations.RemoveField(model_name='searchentry', name='summary'),
        migrations.AddField(
            model_name='searchentry',
            name='facet_ids',
            field=models.BinaryField(default=b''),
        ),
        migrations.CreateModel(
            name='SearchFacetValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=40)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'value'), name='search_facet_value_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchFacet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facets', to='knowledge.searchentry')),
                ('value', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='knowledge.searchfacetvalue')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('value', 'entry'), name='search_facet_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='text', serialize=False, to='knowledge.searchentry')),
                ('summary', models.TextField(blank=True)),
                ('body', models.TextField(blank=True)),
            ],
        ),
    ]
