using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    ( name = "main",
      worker = (
        modules = [
          ( name = "main.js", esModule = embed "built/main.js" ),
          ( name = "chainpin.wasm", wasm = embed "node_modules/chainpin/dist/chainpin.wasm" ),
        ],
        compatibilityDate = "2026-11-01",
      ),
    ),
  ],
);
