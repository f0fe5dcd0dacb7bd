from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0002_distillation_edited_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="mention",
            name="name",
            field=models.CharField(blank=True, max_length=120),
        ),
    ]
