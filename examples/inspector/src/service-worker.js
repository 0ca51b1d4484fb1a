// Keeps what was built, so that the page works without a network. Never asks for anything else.
// Of the same address are all that a server has, also inspectors at other paths.
const ours = `inspector ${self.registration.scope} `;
const cacheName = `${ours}${"VERSION"}`;
/** The build puts a list here. */
const files = "FILES";

self.addEventListener("install", (event) => {
  // Past the browser's HTTP cache: a mixture of two versions would not work.
  const requests = files.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith(ours) && name !== cacheName).map((name) => caches.delete(name)))),
  );
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    caches
      .open(cacheName)
      .then((cache) => cache.match(event.request, { ignoreSearch: true }))
      .then((kept) => kept ?? fetch(event.request)),
  );
});
