/** The bundler replaces it: the module is evaluated at the first call. */
declare function require(path: "./curves.js"): typeof import("./curves.js");
