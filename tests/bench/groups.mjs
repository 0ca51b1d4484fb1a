// Every group of figures, in the order in which they are measured. A new one: a line here, with the file and its function, which takes
// `{ quick, long }` and answers a `Group`; its figures with a limit are then in the table of limits. `still`: they do not depend on the machine,
// so that `npm run budgets` asks too, which has only what the build needs.

export const groups = [
  group("verdict", "measureVerdicts"),
  group("large", "measureLarge"),
  group("presented", "measurePresented", { algorithm: "P-256" }),
  group("presented", "measurePresented", { algorithm: "RSA-2048" }),
  group("connections", "measureConnections"),
  group("rehearse", "measureRehearsal"),
  group("cold", "measureCold"),
  group("browser", "measureBrowser"),
  group("hermes", "measureHermes"),
  group("bridge", "measureBridge"),
  group("updates", "measureUpdates"),
  group("collector", "measureCollector"),
  group("work", "measureWork", { still: true }),
  group("worst", "measureWorst", { still: true }),
  group("sizes", "measureSizes", { still: true }),
];

/** Loaded when it is measured. */
function group(file, name, { still = false, algorithm } = {}) {
  const measure = async (options) => {
    const { [name]: measure } = await import(`./${file}.mjs`);
    return algorithm === undefined ? measure(options) : measure(algorithm, options);
  };
  return { still, measure };
}
