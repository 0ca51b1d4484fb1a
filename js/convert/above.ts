/** Which of some hosts stands above which; in time that grows with the text of their names, not with its square. */

/** The nearest of them above each host that has one. */
export function nearestAbove(hosts: { keys(): Iterable<string>; has(host: string): boolean }): ReadonlyMap<string, string> {
  const above = new Map<string, string>();
  const deep: string[] = [];
  const lookUp = (host: string, from: number) => {
    for (let dot = from; dot >= 0; dot = host.indexOf(".", dot + 1)) {
      const name = host.slice(dot + 1);
      if (!hosts.has(name)) continue;
      above.set(host, name);
      return;
    }
  };
  for (const host of hosts.keys()) {
    if (dotBefore(host, MANY_LABELS) < 0) lookUp(host, host.indexOf("."));
    else deep.push(host);
  }
  for (const [host, name] of nearestBySorting(deep)) {
    if (name !== undefined) above.set(host, name);
    else lookUp(host, dotBefore(host, MANY_LABELS));
  }
  return above;
}

/** Does a host stand one label below another that is above it? */
export function isOneBelow(host: string, above: string): boolean {
  return host.indexOf(".") === host.length - above.length - 1;
}

/** Up to here, looking up each name above is quick; 127 labels fit into a name. */
const MANY_LABELS = 16;

/** The dot before the last labels, so many; -1: there are no more labels than these. */
function dotBefore(host: string, labels: number): number {
  let dot = host.length;
  for (let count = 0; count < labels && dot >= 0; count++) dot = dot === 0 ? -1 : host.lastIndexOf(".", dot - 1);
  return dot;
}

/** Label by label from the end, all names below a host follow it. A space comes before every character of a name. */
function nearestBySorting(hosts: readonly string[]): [string, string | undefined][] {
  const open: { key: string; host: string }[] = [];
  return hosts
    .map((host) => host.split(".").reverse().join(" "))
    .sort()
    .map((key) => {
      const host = key.split(" ").reverse().join(".");
      let last = open[open.length - 1];
      while (last !== undefined && !(key.startsWith(last.key) && key.charAt(last.key.length) === " ")) {
        open.pop();
        last = open[open.length - 1];
      }
      open.push({ key, host });
      return [host, last?.host];
    });
}
