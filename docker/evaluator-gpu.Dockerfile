# The evaluator with an accelerator, through Vulkan: the driver itself comes from the host, by the engine's own toolkit.
#   docker build -t gauntlet-evaluator-gpu -f docker/evaluator-gpu.Dockerfile .
ARG EVALUATOR_IMAGE=gauntlet-evaluator
FROM ${EVALUATOR_IMAGE}
USER 0:0
RUN apt-get update && apt-get install -y --no-install-recommends libvulkan1 && rm -rf /var/lib/apt/lists/*
USER 10001:10001
ENV EXECUTION_PROVIDER=auto NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility,graphics
