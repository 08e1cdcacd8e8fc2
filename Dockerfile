# One image for web, worker, beat and migrate; the command tells them apart.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /srv/venv
COPY requirements.lock /tmp/
RUN /srv/venv/bin/pip install --require-hashes --no-deps -r /tmp/requirements.lock

FROM python:3.13-slim
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/media LOCAL_DIR=/srv/state
RUN useradd --system --uid 10001 --home-dir /srv/app --shell /usr/sbin/nologin postpurchase \
    && install --directory --owner=postpurchase --group=postpurchase /srv/media /srv/state
COPY --from=build /srv/venv /srv/venv
COPY . /srv/app
WORKDIR /srv/app
# Translations and static files belong to the image: what runs needs no right to write there.
RUN python -c "from postpurchase.local.translations import compile_changed as c; c()" && python manage.py collectstatic --noinput
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "postpurchase.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "25", "--no-control-socket"]
