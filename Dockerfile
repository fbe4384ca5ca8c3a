FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN ["python", "-m", "venv", "--without-pip", "/opt/filar"]
COPY requirements/runtime.txt requirements/
RUN ["pip", "--python", "/opt/filar/bin/python", "install", "--require-hashes", "--requirement", "requirements/runtime.txt"]
COPY pyproject.toml README.md ./
COPY certificates certificates
COPY lms_core lms_core
COPY plugins plugins
# What builds the wheels comes from the same lock, and stays behind.
RUN pip --python /opt/filar/bin/python install --no-deps --no-build-isolation . ./plugins/*/ \
    && pip --python /opt/filar/bin/python uninstall --yes editables hatchling pathspec trove-classifiers


FROM python:3.11-slim-bookworm

RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin filar \
    && install --directory --owner=filar --group=filar --mode=0700 \
        /var/lib/filar /var/lib/filar/keys /var/lib/filar/outbox
COPY --from=build /opt/filar /opt/filar
ENV PATH=/opt/filar/bin:$PATH \
    MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LMS_DATA_DIR=/var/lib/filar \
    LMS_HOST=0.0.0.0 \
    LMS_PORT=8080
USER 10001:10001
WORKDIR /var/lib/filar
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health/live', timeout=4)"]
ENTRYPOINT ["lms"]
CMD ["serve"]
