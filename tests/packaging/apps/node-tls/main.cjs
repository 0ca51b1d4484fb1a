const scene = require("./scene.cjs");

scene({ chainpin: require("chainpin"), electron: require("chainpin/electron"), node: require("chainpin/node") }, require("./world.json"));
