// Hosts that a publisher chose so that they have one hash: FNV-1a without a seed, as `src/policy/hosts.rs` has it, lets anybody do so.

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

let pairs;

/** `count` hosts, 131,072 at most, of one hash and one length: seventeen pairs of blocks, each of which leaves the hash alike (Joux 2004). */
export function collidingHosts(count) {
  pairs ??= collidingPairs();
  return Array.from({ length: count }, (_, index) => `${pairs.map((pair, bit) => pair[(index >> bit) & 1]).join("")}x.example`);
}

function collidingPairs() {
  let state = 0x811c9dc5;
  return Array.from({ length: 17 }, (_, block) => {
    const seen = new Map();
    for (let number = 0; ; number++) {
      const text = blockOf(number, block);
      const hash = hashed(state, text);
      if (seen.has(hash)) {
        state = hash;
        return [seen.get(hash), text];
      }
      seen.set(hash, text);
    }
  });
}

/** Others, as many and as long, of as many labels; their hashes differ. */
export function ordinaryHosts(count) {
  const shape = collidingHosts(1)[0];
  return Array.from({ length: count }, (_, index) => {
    const number = index.toString(36).padStart(4, "0");
    return `${number}${shape.slice(4)}`;
  });
}

/** Five characters, and after ten blocks a dot, as a label has 63 at most. */
function blockOf(number, block) {
  const text = Array.from({ length: 5 }, (_, place) => alphabet[Math.floor(number / alphabet.length ** place) % alphabet.length]).join("");
  return block % 10 === 9 ? `${text}.` : text;
}

function hashed(state, text) {
  let hash = state;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
