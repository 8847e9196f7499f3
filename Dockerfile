# The server as a container: hash-locked, non-root, its data in /data.
#
#   docker build -t impactline .
#   docker run -p 8000:8000 -v impactline:/data -e IMPACTLINE_URL=http://localhost:8000 impactline

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/impactline
COPY requirements/ requirements/
RUN /opt/impactline/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/run.txt
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements/build.txt
COPY pyproject.toml README.md CHANGELOG.md LICENSE ./
COPY impactline/ impactline/
RUN /opt/build/bin/python -m hatchling build -t wheel -d /dist \
 && /opt/impactline/bin/pip install --no-cache-dir --no-deps --no-index /dist/*.whl

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin impactline \
 && install -d -o impactline -g impactline -m 0700 /data
COPY --from=build /opt/impactline /opt/impactline
ENV PATH=/opt/impactline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    IMPACTLINE_DATA=/data \
    IMPACTLINE_HOST=0.0.0.0 \
    IMPACTLINE_PORT=8000
USER impactline
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
CMD ["impactline", "serve"]
