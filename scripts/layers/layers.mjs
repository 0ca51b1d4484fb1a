// The layers of the crate and of the TypeScript, as docs/architecture.md draws them: `npm run check` fails for an edge that is not allowed.

/** Rows of modules of src/, from the ground up: each uses only rows below its own, which are those before it. */
export const rust = [
  ["codes", "index", "limits", "printable"],
  ["der"],
  ["time"],
  ["crypto"],
  // Below x509: a certificate says which pins it has, and its names which hosts they cover.
  ["pin", "host"],
  ["x509"],
  ["policy"],
  ["matching"],
  ["path"],
  ["decision"],
  // A message shows what inspect reads of a certificate.
  ["inspect"],
  ["explain"],
  ["lint", "bundle"],
  ["wasm"],
  // What TypeScript is generated from, with the feature `schema`.
  ["description"],
];

/** Folders of js/ that share nothing but what is below them, and their index.ts. */
export const features = ["adapters", "bridge", "updates", "report", "convert"];

/** Folder of js/ -> the folders that it uses, besides itself. */
export const typescript = {
  base: [],
  model: ["base"],
  "host-crypto": ["base"],
  generated: ["host-crypto"],
  engine: ["model", "base", "host-crypto", "generated"],
  ...Object.fromEntries(features.map((name) => [name, ["engine", "model", "base", "host-crypto"]])),
  entries: ["engine", "model", ...features],
  // What the package publishes, as an app does, and the escaping of text, which has no public name.
  cli: ["base"],
};
