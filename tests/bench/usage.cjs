// What a process has used, all its threads together: to file descriptor 3 at its end.
const { writeSync } = require("node:fs");
const { isMainThread } = require("node:worker_threads");

if (isMainThread) {
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeSync(3, JSON.stringify({ processor: (userCPUTime + systemCPUTime) / 1e6, memory: Math.round(maxRSS / 1024) }));
  });
}
