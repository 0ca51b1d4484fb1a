import https from "node:https";

/** A request of Node's own client, to its end: `{ status, body, socket, reused }`. */
export function get(url, options = {}, body) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method: body === undefined ? "GET" : "POST", ...options }, (response) => {
      let text = "";
      const { socket } = response;
      response
        .setEncoding("utf8")
        .on("data", (data) => (text += data))
        .on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode, body: text, socket, reused: request.reusedSocket, headers: response.headers }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}
