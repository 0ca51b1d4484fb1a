// The settings of dependency-cruiser: the layers of js/. Types count as much as values.
import { features, typescript } from "./layers.mjs";

const folder = (name) => `^js/${name}/`;

const layers = Object.entries(typescript).map(([name, used]) => ({
  name: `${name}-uses-its-layers`,
  comment: used.length > 0 ? `js/${name} uses ${used.join(", ")}, and nothing else of js/` : `js/${name} uses nothing else of js/`,
  severity: "error",
  from: { path: folder(name) },
  to: { path: "^js/", pathNot: [name, ...used].map(folder).concat(outsides(name)) },
}));

/** What a feature shows to the others. */
function outsides(name) {
  return features.includes(name) ? features.map((feature) => `^js/${feature}/index\\.ts$`) : [];
}

export default {
  forbidden: [
    ...layers,
    {
      name: "no-circle",
      comment: "Two files that use each other, if only by their types, are one: take out what both need",
      severity: "error",
      from: { path: "^js/" },
      to: { circular: true },
    },
    {
      name: "in-a-folder",
      comment: "Every file of js/ has a folder, and every folder a layer in scripts/layers/layers.mjs",
      severity: "error",
      from: { path: "^js/", pathNot: Object.keys(typescript).map(folder) },
      to: {},
    },
    {
      name: "not-found",
      comment: "What cannot be found cannot be judged",
      severity: "error",
      from: { path: "^js/" },
      to: { couldNotResolve: true, pathNot: "^(electron|react-native|@capacitor/core|undici)$" },
    },
    {
      name: "node-in-its-place",
      comment: "Node's modules are for its adapters, the command and file storage",
      severity: "error",
      from: { path: "^js/", pathNot: ["^js/(adapters|cli)/", "^js/updates/file-"] },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "^pkg/"] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
