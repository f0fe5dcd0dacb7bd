FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 DJANGO_SETTINGS_MODULE=kmsite.settings.production KMSITE_VAR=/srv/kmsite
RUN useradd --create-home --uid 10001 kmsite && install -d -o kmsite /srv/kmsite
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY . .
# Static files belong to the image; the settings below serve only this one command.
RUN DJANGO_SETTINGS_MODULE=kmsite.settings.dev KMSITE_VAR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && mv /tmp/build/static /app/static && rm -rf /tmp/build
ENV STATIC_ROOT=/app/static
USER kmsite
EXPOSE 8000
CMD ["gunicorn", "kmsite.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "2"]
