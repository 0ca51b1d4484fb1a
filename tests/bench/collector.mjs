import { connect } from "node:net";
import { folder, reportOf, start } from "../collector/collector.mjs";
import { Group } from "./figures.mjs";
import { median } from "./measure.mjs";

const connections = 256;

/** The collector of examples/collector, with the senders on the same machine: reports acknowledged, and so on the disk, a second. */
export async function measureCollector({ quick }) {
  const disk = folder();
  const collector = await start(disk.file);
  const { port } = new URL(collector.origin);
  const lanes = await Promise.all(Array.from({ length: connections }, () => open(port)));

  await flood(lanes, 1_000);
  const seconds = [];
  for (let second = 0; second < (quick ? 3 : 11); second++) seconds.push(await flood(lanes, 1_000));
  for (const lane of lanes) lane.close();
  await collector.kill();
  disk.remove();

  const group = new Group(
    "collector",
    `The collector: reports of ${template.length} bytes over ${connections} connections, acknowledged when on the disk`,
  );
  group.add("rate", "reports taken", median(seconds.map(({ rate }) => rate)), "/s", { atLeast: 2000 });
  group.add("wait", "from a request to its answer", median(seconds.flatMap(({ waits }) => waits)), "ms");
  return group;
}

const template = JSON.stringify(reportOf(0));
const [before, after] = template.split("0".repeat(32));
let number = 1;

/** Reports of the same size, each with another name. */
function nextReport() {
  return before + (number++).toString(16).padStart(32, "0") + after;
}

async function flood(lanes, milliseconds) {
  const waits = [];
  const from = performance.now();
  const send = async (lane) => {
    while (performance.now() < from + milliseconds) {
      const sent = performance.now();
      const answer = await lane.post(nextReport());
      if (!answer.startsWith("HTTP/1.1 201 ")) throw new Error(answer);
      waits.push(performance.now() - sent);
    }
  };
  await Promise.all(lanes.map(send));
  return { waits, rate: (1000 * waits.length) / (performance.now() - from) };
}

/** One connection, one request at a time: node:http would cost more than the collector, on the same two processors. */
async function open(port) {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let settle;
  socket.setNoDelay(true).setEncoding("latin1");
  socket.on("data", (data) => {
    text += data;
    const [head, size] = /^[^]*?content-length: (\d+)\r\n[^]*?\r\n\r\n/.exec(text) ?? [];
    if (head === undefined || text.length < head.length + Number(size)) return;
    settle.resolve(text);
    text = "";
  });
  socket.on("close", () => settle?.reject(new Error("the collector has closed the connection")));
  await new Promise((resolve, reject) => socket.on("connect", resolve).on("error", reject));
  return {
    close: () => socket.destroy(),
    post: (body) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        socket.write(
          `POST /reports HTTP/1.1\r\nhost: collector\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
      }),
  };
}
