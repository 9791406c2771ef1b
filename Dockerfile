# The operator's image: `docker build .`, `buildah bud .`, or without a registry `python -m deploy.image build`.
# What is in it and why: docs/design/image.md. Both bases are of Debian 12, so that they have the same C library.
ARG PYTHON=docker.io/library/python:3.11-slim-bookworm
ARG RUNTIME=gcr.io/distroless/cc-debian12:nonroot

FROM ${RUNTIME} AS runtime

FROM ${PYTHON} AS build
COPY requirements/operator.lock /build/
# A package index of your own: --secret id=pip.conf,src=FILE. It leaves no trace in the image.
RUN --mount=type=secret,id=pip.conf,target=/etc/pip.conf \
    python3 -m pip install --no-cache-dir --no-compile --disable-pip-version-check --root-user-action=ignore \
    --require-hashes --only-binary=:all: --target=/build/packages --requirement=/build/operator.lock
COPY --from=runtime / /build/runtime/
COPY LICENSE deploy/image/assemble.py /build/
COPY myapp /build/packages/myapp/
RUN python3 /build/assemble.py --packages=/build/packages --base=/build/runtime --license=/build/LICENSE --output=/build/root

FROM runtime
COPY --from=build /build/root/ /
# Nothing is written at run time, so the root file system may be read-only.
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65532:65532
# The kubelet probes /healthz and /readyz: a HEALTHCHECK would be ignored there.
ENTRYPOINT ["myapp"]
CMD ["run"]
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="myapp" \
      org.opencontainers.image.description="A Kubernetes operator for todo-driven workflows" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="myapp.dev" \
      org.opencontainers.image.source="https://todo.myapp.dev" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
