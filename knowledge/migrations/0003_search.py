"""The tables of search, and beside them the tokens as each database keeps them."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

FTS5 = """
    CREATE VIRTUAL TABLE knowledge_searchtokens
    USING fts5(title, concepts, summary, body, tokenize='ascii', prefix='1 2')
"""
TSVECTOR = (
    "ALTER TABLE knowledge_searchentry ADD COLUMN tokens tsvector",
    "CREATE INDEX knowledge_searchentry_tokens ON knowledge_searchentry USING gin (tokens)",
)


def create_tokens(apps, schema_editor):
    for statement in TSVECTOR if schema_editor.connection.vendor == "postgresql" else (FTS5,):
        schema_editor.execute(statement)


def drop_tokens(apps, schema_editor):
    """The column goes with its table; the FTS5 table goes by itself."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE knowledge_searchtokens")


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0002_capture_about'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchAudience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tokens', models.CharField(max_length=2000, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='SearchEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('query', models.CharField(max_length=300)),
                ('folded', models.CharField(db_index=True, max_length=300)),
                ('language', models.CharField(max_length=20)),
                ('filters', models.JSONField(default=dict)),
                ('count', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchIndexState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.IntegerField(default=0)),
                ('building', models.IntegerField(null=True)),
                ('kind', models.CharField(blank=True, max_length=20)),
                ('after', models.BigIntegerField(default=0)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('language', models.CharField(blank=True, max_length=20)),
                ('title', models.TextField()),
                ('folded', models.CharField(max_length=200)),
                ('sort_key', models.CharField(max_length=300)),
                ('summary', models.TextField(blank=True)),
                ('body', models.TextField(blank=True)),
                ('url', models.CharField(blank=True, max_length=500)),
                ('updated', models.DateTimeField()),
                ('popularity', models.IntegerField(default=0)),
                ('quality', models.SmallIntegerField(default=0)),
                ('holds_until', models.DateField(db_index=True, null=True)),
                ('fingerprint', models.CharField(max_length=32)),
                ('round', models.IntegerField(default=0)),
                ('audience', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='knowledge.searchaudience')),
            ],
        ),
        migrations.CreateModel(
            name='SearchFacet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=40)),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='facets', to='knowledge.searchentry')),
            ],
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60)),
                ('backwards', models.CharField(max_length=60)),
                ('audience', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='knowledge.searchaudience')),
            ],
        ),
        migrations.CreateModel(
            name='SearchAudienceToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=80)),
                ('audience', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='token_rows', to='knowledge.searchaudience')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('token', 'audience'), name='search_audience_token_once')],
            },
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['kind', 'audience', 'updated'], name='search_entry_newest'),
        ),
        migrations.AddIndex(
            model_name='searchentry',
            index=models.Index(fields=['round'], name='search_entry_round'),
        ),
        migrations.AddIndex(
            model_name='searchfacet',
            index=models.Index(fields=['name', 'value', 'entry'], name='search_facet_by_value'),
        ),
        migrations.AddConstraint(
            model_name='searchfacet',
            constraint=models.UniqueConstraint(fields=('entry', 'name', 'value'), name='search_facet_once'),
        ),
        migrations.AddIndex(
            model_name='searchword',
            index=models.Index(fields=['backwards'], name='search_word_backwards'),
        ),
        migrations.AddConstraint(
            model_name='searchword',
            constraint=models.UniqueConstraint(fields=('word', 'audience'), name='search_word_once'),
        ),
        migrations.RunPython(create_tokens, drop_tokens),
    ]
