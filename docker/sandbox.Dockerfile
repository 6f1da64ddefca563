# The image of the sandbox kind `docker`: Node and ONNX Runtime, nothing else. The runner's bundle and a job's inputs are
# mounted for each run. Build it from the project's root, after npm ci:
#   docker build -t gauntlet-sandbox -f docker/sandbox.Dockerfile .
FROM node:24-bookworm-slim
RUN rm -rf /opt/yarn* /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack
COPY node_modules/onnxruntime-node/package.json /app/node_modules/onnxruntime-node/package.json
COPY node_modules/onnxruntime-node/dist /app/node_modules/onnxruntime-node/dist
COPY node_modules/onnxruntime-node/bin/napi-v6/linux /app/node_modules/onnxruntime-node/bin/napi-v6/linux
COPY node_modules/onnxruntime-common /app/node_modules/onnxruntime-common
RUN mkdir /in
USER 65534:65534
