// The pages. All that they show comes from strangers: `html` escapes it, and no script runs.
import { createHash } from "node:crypto";
import { ChainpinError, initSync, inspect } from "chainpin";
import { style } from "./style.mjs";

/** What failed where and when: by host and reason, and the newest reports one by one. */
export function overviewPage({ groups, reports, count, hostname, before, now }) {
  const shown = hostname === undefined ? groups : groups.filter((group) => group.hostname === hostname);
  return page(
    hostname ?? "Pin reports",
    html`
      <header>
        <h1>${hostname === undefined ? "Pin reports" : hostname}</h1>
        <p>${hostname === undefined ? `${amount(count)} kept` : html`<a href="/">all hosts</a>`}</p>
      </header>
      ${shown.length === 0 ? html`<p class="empty">No report has come yet. Good, if your apps can send them.</p>` : ""}
      ${shown.length > 0 && before === undefined ? groupsTable(shown, now) : ""}
      ${reports.length > 0 ? reportsTable(reports, now) : ""}
      ${reports.length > 0 ? pages(reports, hostname, before) : ""}
    `,
  );
}

/** One report, with the certificates that were met. */
export function reportPage({ id, received, text, ...row }, now) {
  const report = JSON.parse(text);
  const details = report.chainpin ?? {};
  const served = report["served-certificate-chain"];
  const chain = served.length > 0 ? served : report["validated-certificate-chain"];
  const facts = [
    ["Host", html`<a href="${linkTo(row.hostname)}">${row.hostname}</a>, port ${row.port}`],
    ["Outcome", html`${badge(row.outcome)} ${row.reason}`],
    ["Happened", `${row.happened}, by the device's clock`],
    ["Received", time(received, now)],
    ["Rule", row.rule ?? "none"],
    ["Policy", row.policy === null ? "not told" : `${row.policy}, sequence ${row.sequence ?? "not told"}`],
    ["Matched", details.matched ? `${details.matched.pin}${details.matched.backup ? ", a backup pin" : ""}` : undefined],
    ["Chain", chain.length === 0 ? "none" : served.length > 0 ? "as the server presented it" : "as the platform validated it"],
    ["Shortened", details.shortened ? "the report was too large; the chain may be longer" : undefined],
  ];
  return page(
    `Report ${id}: ${row.hostname}`,
    html`
      <header>
        <h1>${row.hostname}</h1>
        <p><a href="/">all hosts</a></p>
      </header>
      <dl>${facts.filter(([, value]) => value !== undefined).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      ${details.message ? html`<h2>What the app's log says</h2><pre>${details.message}</pre>` : ""}
      <h2>Pins of the rule</h2>
      ${report["known-pins"].length > 0 ? html`<ul class="pins">${report["known-pins"].map((pin) => html`<li><code>${pin}</code></li>`)}</ul>` : html`<p>none</p>`}
      ${chain.length > 0 ? html`<h2>Certificates, leaf first</h2>${chain.map(certificate)}` : ""}
    `,
  );
}

/** For `html`'s only style; nothing else may be loaded, run, sent or framed. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function groupsTable(groups, now) {
  return html`
    <section>
      <h2>What failed where</h2>
      <table>
        <thead><tr><th>Host</th><th>What</th><th class="number">Reports</th><th>Last 14 days</th><th>First</th><th>Last</th></tr></thead>
        <tbody>
          ${groups.map(
            ({ hostname, outcome, reason, count, days, first, last }) => html`<tr>
              ${cell("Host", html`<a href="${linkTo(hostname)}">${hostname}</a>`)}
              ${cell("What", html`${badge(outcome)} ${reason}`)}
              ${cell("Reports", amount(count), "number")}
              ${cell("Last 14 days", bars(days))}
              ${cell("First", time(first, now))}
              ${cell("Last", time(last, now))}
            </tr>`,
          )}
        </tbody>
      </table>
    </section>
  `;
}

function reportsTable(reports, now) {
  return html`
    <section>
      <h2>Report by report</h2>
      <table>
        <thead><tr><th>Received</th><th>Host</th><th>What</th><th>Policy</th><th></th></tr></thead>
        <tbody>
          ${reports.map(
            ({ id, received, hostname, port, outcome, reason, policy, sequence }) => html`<tr>
              ${cell("Received", time(received, now))}
              ${cell("Host", port === 443 ? hostname : `${hostname}, port ${port}`)}
              ${cell("What", html`${badge(outcome)} ${reason}`)}
              ${cell("Policy", policy === null ? "not told" : `${policy} ${sequence ?? ""}`)}
              <td><a href="/reports/${id}">details<span class="unseen"> of report ${id}</span></a></td>
            </tr>`,
          )}
        </tbody>
      </table>
    </section>
  `;
}

function pages(reports, hostname, before) {
  const oldest = reports[reports.length - 1].id;
  const query = hostname === undefined ? "" : `host=${encodeURIComponent(hostname)}&`;
  return html`<nav>
    ${before === undefined ? "" : html`<a href="${hostname === undefined ? "/" : linkTo(hostname)}">newest</a>`}
    <a href="/?${query}before=${oldest}">older</a>
  </nav>`;
}

/** On a phone, each cell is a line that begins with its name. */
function cell(name, content, kind = "") {
  return html`<td data-name="${name}" class="${kind}"><div>${content}</div></td>`;
}

/** A chart of counts by day, today on the right. Its title says the same in words. */
function bars(days) {
  const most = Math.max(...days, 1);
  const height = (count) => (count === 0 ? 1 : 3 + Math.round((21 * count) / most));
  return html`<svg class="bars" viewBox="0 0 ${days.length * 8} 24" role="img" aria-label="by day: ${days.join(", ")}">
    ${days.map((count, index) => html`<rect x="${index * 8}" y="${24 - height(count)}" width="6" height="${height(count)}" class="${count === 0 ? "none" : "some"}"></rect>`)}
  </svg>`;
}

function certificate(pem, index) {
  const { lines, heading } = describe(pem, index);
  return html`<details ${index === 0 ? raw("open") : ""}>
    <summary>${index}: ${heading}</summary>
    ${lines.length > 0 ? html`<dl>${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>` : ""}
    <pre>${pem.trim()}</pre>
  </details>`;
}

/** What chainpin reads in it; it is made for certificates of strangers. */
function describe(pem, index) {
  initSync();
  try {
    const [{ subject, issuer, pin, subjectAltNames, notBefore, notAfter, key }] = inspect([pem]);
    const lines = [
      ["Pin", html`<code>${pin}</code>`],
      ["Issuer", issuer],
      ["Names", subjectAltNames.length > 0 ? subjectAltNames.join(", ") : "none"],
      ["Valid", `${notBefore ?? "?"} to ${notAfter ?? "?"}`],
      ["Key", `${key.algorithm}${key.bits ? ` ${key.bits}` : ""}`],
    ];
    return { heading: subject || `certificate ${index} without a name`, lines };
  } catch (error) {
    if (!(error instanceof ChainpinError)) throw error;
    return { heading: "a certificate that cannot be read", lines: [["Why", error.message]] };
  }
}

function badge(outcome) {
  return html`<span class="badge ${["rejected", "tolerated", "pinned"].includes(outcome) ? outcome : ""}">${outcome}</span>`;
}

function time(milliseconds, now) {
  const text = new Date(milliseconds).toISOString();
  return html`<time datetime="${text}">${ago(now - milliseconds)}<small>${text.slice(0, 16).replace("T", " ")} UTC</small></time>`;
}

function ago(milliseconds) {
  const units = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
  ];
  const [unit, length] = units.find(([, length]) => milliseconds >= length) ?? [];
  if (unit === undefined) return "just now";
  const count = Math.floor(milliseconds / length);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

function amount(number) {
  return number.toLocaleString("en");
}

function linkTo(hostname) {
  return `/?host=${encodeURIComponent(hostname.toWellFormed?.() ?? hostname.replace(/[\ud800-\udfff]/g, "\ufffd"))}`;
}

function page(title, content) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
${content}
</body>
</html>
`.text;
}

/** HTML from a template: what is put in is escaped, unless it was made by `html` itself. */
function html(strings, ...values) {
  return raw(strings.reduce((text, string, index) => text + toHtml(values[index - 1]) + string));
}

function toHtml(value) {
  if (Array.isArray(value)) return value.map(toHtml).join("");
  return value instanceof Html ? value.text : escape(String(value));
}

/** Characters that steer the direction of text, or cannot be seen, are shown as what they are: a host must not look like another. */
function escape(text) {
  return text
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
      (character) => {
        return `\\u{${character.charCodeAt(0).toString(16)}}`;
      },
    );
}

class Html {
  constructor(text) {
    this.text = text;
  }
}

function raw(text) {
  return new Html(text);
}
