# kzop in a container. It runs as a user without rights, with a read-only root: the store is a
# volume at /data, /tmp a tmpfs. docs/operations.md shows how; compose.yaml does it.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY LICENSES LICENSES
COPY ontology ontology
COPY queries queries
COPY sample sample
COPY graph graph
COPY service service
RUN python -m venv /opt/kzop \
 && /opt/kzop/bin/pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
 && /opt/kzop/bin/pip install --no-cache-dir --constraint constraints.txt /wheels/kzop-*.whl

FROM python:3.11-slim-bookworm
COPY --from=build /opt/kzop /opt/kzop
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin kzop \
 && install --directory --owner kzop --group kzop /data /data/store
USER 10001
ENV PATH=/opt/kzop/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KZOP_STORE=/data/store
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/ready', timeout=8)"]
ENTRYPOINT ["kzop"]
CMD ["serve", "--host", "0.0.0.0"]
