#!/usr/bin/env python3
"""Writes chains.json: a leaf and the root that signed it, for kinds of signatures and keys that rcgen cannot make.

    python3 make.py        # Python 3.9 or later, standard library only, and openssl 3; a few minutes for the largest keys

Keys are new at each run. Everything is valid for a hundred years.
"""
import json, os, subprocess, tempfile

TMP = tempfile.mkdtemp()
HOST = "api.example.com"
RSA = lambda bits, *more: ["RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}", *more]
CURVE = lambda name: ["EC", "-pkeyopt", f"ec_paramgen_curve:{name}"]
PSS = lambda salt: ["-sigopt", "rsa_padding_mode:pss", "-sigopt", f"rsa_pss_saltlen:{salt}"]

# Name, the root's key, and how it signs the leaf. The first part verifies, the second never does.
GOOD = [
    ("P-256 with SHA-256", CURVE("P-256"), ["-sha256"]),
    ("P-256 with SHA-512", CURVE("P-256"), ["-sha512"]),
    ("P-384 with SHA-384", CURVE("P-384"), ["-sha384"]),
    ("Ed25519", ["ED25519"], []),
    ("RSA 2048 with SHA-256", RSA(2048), ["-sha256"]),
    ("RSA 3072 with SHA-384", RSA(3072), ["-sha384"]),
    ("RSA 4096 with SHA-512", RSA(4096), ["-sha512"]),
    ("RSA 8192 with SHA-256", RSA(8192, "-pkeyopt", "rsa_keygen_primes:4"), ["-sha256"]),
    ("RSA PSS with SHA-256", RSA(2048), ["-sha256", *PSS(32)]),
    ("RSA PSS with SHA-512", RSA(2048), ["-sha512", *PSS(64)]),
]
BAD = [
    ("RSA with SHA-1", RSA(2048), ["-sha1"]),
    ("RSA with MD5", RSA(2048), ["-md5"]),
    ("RSA with SHA-224", RSA(2048), ["-sha224"]),
    ("RSA PSS with SHA-1", RSA(2048), ["-sha1", *PSS(20)]),
    ("RSA PSS with another length of salt", RSA(2048), ["-sha256", *PSS(20)]),
    ("P-256 with SHA-1", CURVE("P-256"), ["-sha1"]),
    ("P-256 with SHA-224", CURVE("P-256"), ["-sha224"]),
    ("P-521 with SHA-512", CURVE("P-521"), ["-sha512"]),
    ("secp256k1 with SHA-256", CURVE("secp256k1"), ["-sha256"]),
    ("Ed448", ["ED448"], []),
    ("RSA 1024", RSA(1024), ["-sha256"]),
    ("RSA 2040", RSA(2040), ["-sha256"]),
    ("RSA 16384", RSA(16384, "-pkeyopt", "rsa_keygen_primes:5"), ["-sha256"]),
    ("RSA of exponent 2^64 + 13", RSA(2048, "-pkeyopt", f"rsa_keygen_pubexp:{2**64 + 13}"), ["-sha256"]),
]


def run(*command):
    return subprocess.run(["openssl", *command], check=True, capture_output=True, text=True, cwd=TMP).stdout


def write(name, text):
    with open(os.path.join(TMP, name), "w") as file:
        file.write(text)


def chain(key, options):
    run("genpkey", "-algorithm", *key, "-out", "root.key")
    run("req", "-x509", "-new", "-key", "root.key", "-subj", "/CN=Root", "-days", "36500", "-out", "root.pem", "-config", "root.cnf")
    run("req", "-new", "-key", "leaf.key", "-subj", f"/CN={HOST}", "-out", "leaf.csr")
    run("x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "2", "-days", "36500",
        "-extfile", "leaf.cnf", "-out", "leaf.pem", *options)
    return run("x509", "-in", "leaf.pem") + run("x509", "-in", "root.pem")


write("root.cnf", "[req]\ndistinguished_name=dn\nx509_extensions=v3\n[dn]\n[v3]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n")
write("leaf.cnf", f"subjectAltName=DNS:{HOST}\nextendedKeyUsage=serverAuth\n")
run("genpkey", "-algorithm", *CURVE("P-256"), "-out", "leaf.key")
chains = [{"name": name, "verifies": good, "pem": chain(*how)} for good, cases in ((True, GOOD), (False, BAD)) for name, *how in cases]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "chains.json"), "w") as file:
    json.dump(chains, file, indent=1)
    file.write("\n")
