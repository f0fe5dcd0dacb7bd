from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0003_mention_name")]

    operations = [
        migrations.AddIndex(
            model_name="post",
            index=models.Index(condition=models.Q(("state", "held")), fields=["created_at"], name="post_held"),
        ),
    ]
