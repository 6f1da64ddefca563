import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { env } from "#env.ts";
import { projectRoot } from "./bundle.ts";
import { librariesOf, nativeFolder, onnxRuntimeFolder } from "./libraries.ts";

/** What of the host an accelerated run sees beside what every run sees. Paths are the same inside. */
export interface Accelerator {
  provider: "webgpu" | "cuda";
  /** Device nodes, read and write; none for a driver that computes on the CPU. */
  devices: string[];
  /** Drivers, their manifests and libraries, read-only. */
  files: string[];
  variables: Record<string, string>;
}

/** The folders that the Vulkan loader looks for drivers in. */
const MANIFESTS = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];
/** NVIDIA's drivers open these by name when they start. */
const OPENED_BY_NAME = /^lib(nvidia-|GLX_nvidia|EGL_nvidia|cuda\.so)/;
/** ONNX Runtime's CUDA provider opens this by name, and this its parts and CUDA's compiler beside it. */
const CUDNN = "libcudnn.so.9";
const OPENED_BY_CUDA = /^lib(cudnn_|nvrtc)[\w.-]*\.so\.[\d.]+$/;
/** And these of libglvnd, with its list of vendors, without which NVIDIA's Vulkan driver says that it is none. */
const VENDOR_NEUTRAL = ["libEGL.so.1", "libGLX.so.0", "libGLdispatch.so.0"];
const EGL_VENDORS = "/usr/share/glvnd/egl_vendor.d";

/**
 * Looks for what a provider of ONNX Runtime needs: device nodes, and for WebGPU the Vulkan loader with the drivers that
 * VK_DRIVER_FILES names or that are installed. Null where it is not all there; whether it works, only a run shows.
 */
export async function findAccelerator(provider: Accelerator["provider"]): Promise<Accelerator | null> {
  const devices = deviceNodes();
  if (provider === "cuda") {
    const driver = installed("libcuda.so.1");
    if (!driver || devices.length === 0) return null;
    const toolkit = await cudaLibraries();
    return toolkit && { provider, devices, ...(await driversOf([driver, ...toolkit], [])) };
  }
  const loader = installed("libvulkan.so.1");
  const manifests = manifestFiles();
  const drivers = manifests.flatMap(({ library }) => library);
  if (!loader || drivers.length === 0) return null;
  const found = await driversOf(
    [loader, ...drivers],
    manifests.map(({ file }) => file),
  );
  found.variables.VK_DRIVER_FILES = manifests.map(({ file }) => file).join(":");
  return { provider, devices, ...found };
}

/**
 * What ONNX Runtime's CUDA provider needs of the CUDA toolkit and cuDNN, without the driver. Null where the provider is not
 * installed (docs/containers.md); throws, naming it, where a library that it needs is not.
 */
async function cudaLibraries(): Promise<string[] | null> {
  const native = nativeFolder(onnxRuntimeFolder(projectRoot));
  const provider = path.join(native, "libonnxruntime_providers_cuda.so");
  if (!fs.existsSync(provider)) return null;
  const needed = await librariesOf([provider], [native]);
  const cudnn = installed(CUDNN);
  if (!cudnn) throw new Error(`${provider} needs ${CUDNN}, which is not installed`);
  const parts = list(path.dirname(cudnn)).filter((name) => OPENED_BY_CUDA.test(name));
  return [
    ...needed.filter((library) => /\/lib(cu|nv)/.test(library)),
    cudnn,
    ...parts.map((name) => path.join(path.dirname(cudnn), name)),
  ];
}

function deviceNodes(): string[] {
  const nvidia = list("/dev").filter((name) => /^nvidia(\d+|ctl|-uvm|-modeset)$/.test(name));
  const rendering = list("/dev/dri").filter((name) => name.startsWith("renderD"));
  return [...nvidia.map((name) => `/dev/${name}`), ...rendering.map((name) => `/dev/dri/${name}`)];
}

function manifestFiles(): { file: string; library: string }[] {
  const named = env.VK_DRIVER_FILES?.split(":").filter((file) => file !== "");
  const files = named ?? MANIFESTS.flatMap((folder) => list(folder).map((name) => path.join(folder, name)));
  return files
    .filter((file) => file.endsWith(".json") && fs.existsSync(file))
    .flatMap((file) => {
      const name = JSON.parse(fs.readFileSync(file, "utf8"))?.ICD?.library_path;
      if (typeof name !== "string") return [];
      const library = name.includes("/") ? path.resolve(path.dirname(file), name) : installed(name);
      return library && fs.existsSync(library) ? [{ file, library }] : [];
    });
}

/** Drivers with all that they need, and the variable by which the linker finds those outside its own folders. */
async function driversOf(libraries: string[], files: string[]) {
  const beside = libraries.flatMap((library) =>
    list(path.dirname(library))
      .filter((name) => OPENED_BY_NAME.test(name))
      .map((name) => path.join(path.dirname(library), name)),
  );
  const neutral = beside.length > 0 ? VENDOR_NEUTRAL.map(installed).filter((file) => file !== null) : [];
  const all = [...new Set([...libraries, ...beside, ...neutral])];
  const needed = await librariesOf(all);
  const vendors = neutral.length > 0 ? list(EGL_VENDORS).map((name) => path.join(EGL_VENDORS, name)) : [];
  const variables: Record<string, string> = {
    LD_LIBRARY_PATH: [...new Set(all.map((file) => path.dirname(file)))].join(":"),
  };
  return { files: [...new Set([...files, ...vendors, ...all, ...needed])], variables };
}

/** The path of a shared library as the linker's cache has it. */
function installed(name: string): string | null {
  const ldconfig = ["/sbin/ldconfig", "/usr/sbin/ldconfig"].find(fs.existsSync) ?? "ldconfig";
  const cache = execFileSync(ldconfig, ["-p"], { encoding: "utf8" });
  const line = cache.split("\n").find((entry) => entry.trim().startsWith(`${name} (`) && entry.includes("x86-64"));
  return line?.split("=> ")[1]?.trim() ?? null;
}

function list(folder: string): string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch {
    return [];
  }
}
