/**
 * Digests that no key has: commands print them when they read nothing. The same list as the policy's parser has (src/pin/placeholders.rs); a test
 * compares the two. They are what OpenSSL 1.1.1, 3.0, 3.5 and 3.6 really printed.
 */

/** Base64 of the SHA-256 of a text. */
export const EMPTY_INPUTS: ReadonlySet<string> = new Set([
  // nothing: the first step of the pipe failed
  "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  // a line feed: `echo "$KEY"` of an empty variable
  "AbpHGcgLb+kRsJGnwFEktk7uzpZOCcBY74+YBdrKVGs=",
  // the same in PowerShell
  "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=",
  // `echo -n` of an empty variable, in a shell whose `echo` has no `-n`
  "cUeo8lX0nLdpPc0ZtrRuE5aA1IoD4KB16iN9635rrMk=",
  // `echo -n` of an empty variable, in a shell whose `echo` has no `-n`
  "NSNNPm+07u2BjVHDOsxk8WUAXov0+KrROs4De8KxSiQ=",
  // Error texts of OpenSSL that `2>&1` sent into the digest.
  // "Could not read certificate from <stdin>\nUnable to load certificate\n"
  "/UYB3POyhbUixtn/Jlw6vaoEU2rhq74ZHwoCpmlWtAo=",
  // "Could not find certificate from <stdin>\n"
  "8IfhkL/REH6/8fE6YrQYILUFgFPeIeMP40uhzYSPFFA=",
  // "unable to load certificate\n"
  "rnbrHFdXbb/iFk3m//fa1thp9q43XrWBBocYZOQUalk=",
  // "Could not read key of Public Key from <stdin>\n"
  "IpWdbyGGt6bkT5JIGabgWJaJ7iV9FiI3YhCpV4tdvqQ=",
  // "Could not find private key of Public Key from <stdin>\n"
  "TpUv6DcwyJRttVquLHodSGDXZpTWXRkpTzJZZh1HYp8=",
  // "unable to load Public Key\n"
  "MISs6MsWMScoZnlYArzMjaXFeBACMLHT/WQIuaPiW54=",
  // "Could not read public key from <stdin>\n"
  "ki+Yo5lW9WJbdbKU7m+DYdt/LLoL7GZBiNt4pgCENzU=",
  // "Could not find private key of public key from <stdin>\n"
  "gyRZWUQyZ0DMiy7+VsBm/2NRCwayL4juYC7zNWVnK40=",
  // "Could not read key from <stdin>\n"
  "IbSPlpLBdCikkrrq1CjueiCeJKWLxypsLc1pJycCfhE=",
  // "Could not find private key of key from <stdin>\n"
  "o6mBNJh7CBXJBN1GYFIwNk+kSasl7ZmHQkhHyx0onQ4=",
  // "Could not read private key from <stdin>\n"
  "ow5AXkGHZQ6RiqpIHY4NLjoGrsM/R3zfzDrplJBWIWE=",
  // "Could not find private key from <stdin>\n"
  "ZJw4cbMRvMPk5VUaobXC+IJ13jLiTNM7qUe5EMjG+bE=",
  // "read EC key\nCould not read public key from <stdin>\nunable to load Key\n"
  "5OpYuljMcHPn+HCRJeNquJU0y+1UB2fdLKflzPK2a8I=",
  // "read EC key\nCould not find private key of public key from <stdin>\nunable to load Key\n"
  "MI9XNIOt1VlHSzAklZZZ+qe2qQHcWMx5at2lC7icHPo=",
  // "Could not find private key of public key from <stdin>\nunable to load Key\n"
  "9TSbp/AKXzioNp3WPREYP9RrCcEkrQhn0oKJ1FnL33c=",
  // "read EC key\nCould not read private key from <stdin>\nunable to load Key\n"
  "yjjOKQjL39Ydf7QQCW5LZs+qrez0KtscnPOtJ6jQuFg=",
  // "read EC key\nCould not find private key from <stdin>\nunable to load Key\n"
  "9vTnwjbVWgwZGCwUwsBhvULMhB+dK3vkQCLSBwb4vzY=",
  // "Could not find private key from <stdin>\nunable to load Key\n"
  "J+4dLgPE5RPzTEKTNCg0ZwERlf4f9FsfKcv7u1+103A=",
]);
