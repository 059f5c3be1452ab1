# syntax=docker/dockerfile:1
# All of Winnow as one image, whose entry point is `winnow`:
#   docker build -t winnow .
#   docker run --read-only --tmpfs /tmp -v winnow:/data -p 127.0.0.1:9193:9193 winnow up --listen 0.0.0.0:9193 --insecure-listen
#   docker run … winnow service signals        docker run … winnow agent
# The Node that the tests run with; test/integration/deploy-image.test.ts compares it with package-lock.json.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json LICENSE ./
COPY packages packages
COPY services services
COPY examples examples
COPY infra/docker infra/docker
# No scripts: the only one would fetch, as the npm package `node`, the Node that the base image has.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# The image below has no shell to make it with.
RUN install -d -o 65532 -g 65532 /owned/data

# glibc and the C++ runtime that Node is linked to, and nothing else: no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
ARG NODE_VERSION
ARG WINNOW_VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Winnow" \
      org.opencontainers.image.description="Turns the noise of Kubernetes fleets into a few explained incidents." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${WINNOW_VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="gcr.io/distroless/cc-debian12:nonroot"
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build --chown=65532:65532 /owned/ /
COPY --from=build /app /app
WORKDIR /app
# HOME is named because a platform may run this under a user that /etc/passwd does not know.
ENV NODE_ENV=production HOME=/data WINNOW_DATA=/data TMPDIR=/tmp NO_COLOR=1
# A number, so that Kubernetes can tell that it is not root.
USER 65532:65532
VOLUME ["/data"]
EXPOSE 9193
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
  CMD ["/usr/local/bin/node", "/app/infra/docker/health-check.ts"]
# No shell and no npm in between: node is process 1 and gets SIGTERM itself.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/node", "/app/packages/cli/src/main.ts"]
CMD ["--help"]
