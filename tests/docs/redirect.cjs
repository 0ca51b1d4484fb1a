// Preloaded: the hosts of the examples are the test's server. All else, TLS and its checks above all, is as ever.
const { Socket } = require("node:net");

const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  if (Array.isArray(args[0])) args[0][0] = redirected(args[0][0]);
  else args[0] = redirected(args[0]);
  return connect.apply(this, args);
};

function redirected(options) {
  const isExample = /(?:^|\.)example\.(?:com|net)$/.test(options?.host ?? "") && Number(options.port) === 443;
  return isExample ? { ...options, host: "127.0.0.1", port: Number(process.env.EXAMPLE_PORT) } : options;
}
