from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0004_post_held")]

    operations = [
        migrations.RemoveIndex(model_name="thread", name="thread_by_talk"),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(fields=["community", "-last_post_at", "-id"], name="thread_latest_in"),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(fields=["-last_post_at", "-id"], name="thread_latest"),
        ),
    ]
