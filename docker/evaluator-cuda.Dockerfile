# The evaluator with NVIDIA's CUDA: ONNX Runtime's provider, by its own download, and what of CUDA 12 and cuDNN 9 it needs, some
# 3 GB. The driver itself comes from the host, by the engine's own toolkit.
#   docker build -t gauntlet-evaluator-cuda -f docker/evaluator-cuda.Dockerfile .
ARG EVALUATOR_IMAGE=gauntlet-evaluator-gpu
ARG NODE_IMAGE=node:24-bookworm-slim
ARG PYTHON_IMAGE=python:3.12-slim-bookworm

FROM ${PYTHON_IMAGE} AS cuda
RUN pip install --no-cache-dir --no-deps --target /wheels nvidia-cuda-runtime-cu12==12.9.79 nvidia-cublas-cu12==12.9.3.13 \
      nvidia-cudnn-cu12==9.28.0.42 nvidia-cufft-cu12==11.4.1.4 nvidia-curand-cu12==10.3.10.19 nvidia-cuda-nvrtc-cu12==12.9.86 \
      nvidia-nvjitlink-cu12==12.9.86 \
 && mkdir /cuda && find /wheels -name "lib*.so.*" -exec mv {} /cuda ";"

FROM ${NODE_IMAGE} AS provider
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js

FROM ${EVALUATOR_IMAGE}
USER 0:0
ARG NATIVE=/app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64
COPY --from=cuda /cuda /usr/local/lib/cuda
COPY --from=provider ${NATIVE}/libonnxruntime_providers_shared.so ${NATIVE}/libonnxruntime_providers_cuda.so ${NATIVE}/
# A provider that was built for another CUDA is found out here, not when somebody's model waits for it. libcuda is the driver's.
RUN echo /usr/local/lib/cuda > /etc/ld.so.conf.d/cuda.conf && ldconfig && ldd ${NATIVE}/libonnxruntime_providers_cuda.so > /tmp/needs \
 && awk '/not found/ && !/libcuda.so.1/ { print; bad = 1 } END { exit bad }' /tmp/needs && rm /tmp/needs
USER 10001:10001
ENV EXECUTION_PROVIDER=cuda
