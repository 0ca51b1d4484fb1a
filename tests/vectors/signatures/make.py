#!/usr/bin/env python3
"""Writes cases.json: signatures that must verify (made by the openssl command wherever it can) and that must not.

    python3 make.py        # Python 3.9 or later, standard library only, and openssl 3; takes about a minute

Keys are new at each run, so a run changes every case. Integers are handled by Python itself, so that nothing of the
code under test takes part.
"""
import base64, hashlib, json, os, random, subprocess, tempfile

MESSAGE = b"chainpin"
CASES = []
b64 = lambda data: base64.b64encode(data).decode()


# ---- DER ----
def tlv(tag, body):
    n = len(body)
    length = bytes([n]) if n < 128 else bytes([0x80 | (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag]) + length + body

def integer(value):
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))

def sequence(*parts):
    return tlv(0x30, b"".join(parts))

def algorithm(hex_contents):
    return bytes.fromhex(hex_contents)

EC = "06072a8648ce3d0201"
KEY = {
    "P-256": algorithm(EC + "06082a8648ce3d030107"),
    "P-384": algorithm(EC + "06052b81040022"),
    "P-521": algorithm(EC + "06052b81040023"),
    "RSA": algorithm("06092a864886f70d0101010500"),
    "Ed25519": algorithm("06032b6570"),
}
HASH = {"SHA-256": (hashlib.sha256, 1), "SHA-384": (hashlib.sha384, 2), "SHA-512": (hashlib.sha512, 3)}
SIGNATURE = {"Ed25519": KEY["Ed25519"], "ECDSA SHA-1": algorithm("06072a8648ce3d0401"), "PKCS1 SHA-1": algorithm("06092a864886f70d0101050500"), "PKCS1 MD5": algorithm("06092a864886f70d0101040500")}
for name, (_, arc) in HASH.items():
    SIGNATURE["ECDSA " + name] = algorithm("06082a8648ce3d04030" + str(arc + 1))
    SIGNATURE["PKCS1 " + name] = algorithm("06092a864886f70d01010" + {1: "b", 2: "c", 3: "d"}[arc] + "0500")
    SIGNATURE["PKCS1 " + name + " no NULL"] = SIGNATURE["PKCS1 " + name][:-2]
    h = "300d06096086480165030402" + "0%d" % arc + "0500"
    SIGNATURE["PSS " + name] = algorithm("06092a864886f70d01010a" + "3034a00f" + h + "a11c301a06092a864886f70d010108" + h + "a2030201" + "%02x" % HASH[name][0]().digest_size)

def case(name, key_algorithm, signature_algorithm, key, signature, valid, message=MESSAGE):
    CASES.append({
        "name": name, "valid": valid, "keyAlgorithm": b64(KEY[key_algorithm]), "signatureAlgorithm": b64(SIGNATURE[signature_algorithm]),
        "key": b64(key), "message": b64(message), "signature": b64(signature),
    })


# ---- openssl ----
TMP = tempfile.mkdtemp()
def run(*command):
    return subprocess.run(["openssl", *command], check=True, capture_output=True).stdout

def new_key(*options):
    path = os.path.join(TMP, "key%d" % random.getrandbits(64))
    run("genpkey", *options, "-out", path)
    return path

def public_bits(path):
    """The subjectPublicKey of a key's SPKI."""
    spki = run("pkey", "-in", path, "-pubout", "-outform", "DER")
    def inside(data):
        n, at = data[1], 2
        if n & 0x80:
            at += n & 0x7F
            n = int.from_bytes(data[2:at], "big")
        return data[at:at + n], data[at + n:]
    body, _ = inside(spki)
    _, bits = inside(body)
    return inside(bits)[0][1:]

def openssl_sign(path, digest, *options):
    message = os.path.join(TMP, "message")
    with open(message, "wb") as f:
        f.write(MESSAGE)
    if digest is None:
        return run("pkeyutl", "-sign", "-inkey", path, "-rawin", "-in", message)
    return run("dgst", "-" + digest.replace("-", "").lower(), "-sign", path, *options, message)


# ---- ECDSA ----
class Curve:
    def __init__(self, name, p, n, b, gx, gy):
        self.name, self.p, self.n, self.b, self.g, self.size = name, p, n, b, (gx, gy), (p.bit_length() + 7) // 8
    def add(self, q, r):
        if q is None: return r
        if r is None: return q
        if q[0] == r[0]:
            if (q[1] + r[1]) % self.p == 0: return None
            slope = (3 * q[0] * q[0] - 3) * pow(2 * q[1], -1, self.p)
        else:
            slope = (r[1] - q[1]) * pow(r[0] - q[0], -1, self.p)
        x = (slope * slope - q[0] - r[0]) % self.p
        return x, (slope * (q[0] - x) - q[1]) % self.p
    def mul(self, k, q):
        total = None
        for bit in bin(k % self.n)[2:]:
            total = self.add(total, total)
            if bit == "1": total = self.add(total, q)
        return total
    def encode(self, q, form=4):
        x, y = (c.to_bytes(self.size, "big") for c in q)
        return bytes([form]) + x + (y if form in (4, 6, 7) else b"")
    def hashed(self, digest):
        d = digest(MESSAGE).digest()[:self.size]
        return int.from_bytes(d, "big")
    def sign(self, d, digest, k=None):
        k = k or random.randrange(1, self.n)
        r = self.mul(k, self.g)[0] % self.n
        return r, pow(k, -1, self.n) * (self.hashed(digest) + r * d) % self.n

P256 = Curve("P-256", 2**256 - 2**224 + 2**192 + 2**96 - 1, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B, 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
P384 = Curve("P-384", 2**384 - 2**128 - 2**96 + 2**32 - 1, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
    0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F)

def ecdsa(curve, default):
    sig = lambda r, s: sequence(integer(r), integer(s))
    name, n, p = curve.name, curve.n, curve.p
    path = new_key("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + name)
    key = public_bits(path)
    for hash_name in HASH:
        case(f"{name} with {hash_name}", name, "ECDSA " + hash_name, key, openssl_sign(path, hash_name), True)
    case(f"{name} with SHA-1", name, "ECDSA SHA-1", key, openssl_sign(path, "SHA-1"), False)
    bad = lambda what, signature, k=key, message=MESSAGE: case(f"{name}: {what}", name, "ECDSA " + default, k, signature, False, message)
    good = lambda what, signature, k: case(f"{name}: {what}", name, "ECDSA " + default, k, signature, True)
    digest = HASH[default][0]
    d = random.randrange(1, n)
    key = curve.encode(curve.mul(d, curve.g))
    r, s = curve.sign(d, digest)
    good("signed by the script", sig(r, s), key)
    good("the other s", sig(r, n - s), key)
    bad("another message", sig(r, s), key, b"chainpim")
    bad("another key", sig(r, s), public_bits(path))
    bad("r and s exchanged", sig(s, r), key)
    for what, value in (("0", 0), ("n", n), ("-1", -1), ("1", 1), ("p", p), ("2^600", 2**600)):
        bad(f"r is {what}", sig(value, s), key)
        bad(f"s is {what}", sig(r, value), key)
    bad("r and s are 0", sig(0, 0), key)
    bad("r + n", sig(r + n, s), key)
    bad("s + n", sig(r, s + n), key)
    bad("-r", sig(r - n, s), key)
    # Keys and sums that meet every exception of the addition formulas.
    for what, exponent in (("the generator", 1), ("minus the generator", n - 1), ("twice the generator", 2), ("half the generator", (n + 1) // 2), ("three times the generator", 3)):
        for k in (None, 1, 2, n - 1):
            good(f"key is {what}, nonce {'n - 1' if k == n - 1 else k or 'random'}", sig(*curve.sign(exponent, digest, k)), curve.encode(curve.mul(exponent, curve.g)))
    z = curve.hashed(digest)
    bad("the sum is infinity", sig(-z * pow(d, -1, n) % n, s), key)
    for exponent in (1, n - 1):
        bad("the sum is infinity, key is one generator away", sig(-z * exponent % n, s), curve.encode(curve.mul(exponent, curve.g)))
    # R with x in n … p-1, so that r = x - n: found by trying, and the key computed from R, r and any s.
    x = n + 1
    while True:
        y2 = (x**3 - 3 * x + curve.b) % p
        y = pow(y2, (p + 1) // 4, p)
        if y * y % p == y2: break
        x += 1
    big_r, u2 = x - n, None
    u1, u2 = z * pow(s, -1, n) % n, big_r * pow(s, -1, n) % n
    q = curve.mul(pow(u2, -1, n), curve.add((x, y), curve.mul(n - u1, curve.g)))
    good("x of the sum is r + n", sig(big_r, s), curve.encode(q))
    # The same with x = r + n past the field: x - p must not do.
    bad("x of the sum is r + n - p", sig((x + p - n) % n, s), curve.encode(q))
    # Encodings of a good signature.
    der, ri, si = sig(r, s), integer(r), integer(s)
    pad = lambda i: tlv(2, b"\0" + i[2:])
    bare = lambda v: tlv(2, v.to_bytes((v.bit_length() + 7) // 8, "big"))
    bad("r with a needless zero", sequence(pad(ri), si), key)
    bad("s with a needless zero", sequence(ri, pad(si)), key)
    high = lambda v: v if v.bit_length() % 8 == 0 else None
    while not (high(r) and high(s)): r, s = curve.sign(d, digest)
    good("r and s with their top bits", sig(r, s), key)
    bad("r without its sign byte", sequence(bare(r), integer(s)), key)
    bad("s without its sign byte", sequence(integer(r), bare(s)), key)
    body = der[2:]
    bad("length in the long form", b"\x30\x81" + der[1:2] + body, key)
    bad("length of indefinite form", b"\x30\x80" + body + b"\0\0", key)
    bad("integer's length in the long form", sequence(b"\x02\x81" + ri[1:], si), key)
    bad("a byte after the signature", der + b"\0", key)
    bad("a byte after s", tlv(0x30, body + b"\0"), key)
    bad("a third integer", sequence(ri, si, integer(1)), key)
    bad("no s", sequence(ri), key)
    bad("empty integer", sequence(b"\x02\x00", si), key)
    bad("empty sequence", sequence(), key)
    bad("a set", tlv(0x31, body), key)
    bad("cut short", der[:-1], key)
    bad("empty", b"", key)
    bad("raw r and s", r.to_bytes(curve.size, "big") + s.to_bytes(curve.size, "big"), key)
    # Keys.
    q = curve.mul(d, curve.g)
    encoded = curve.encode(q)
    der = sig(r, s)
    bad("key compressed", der, curve.encode(q, 2 + q[1] % 2))
    bad("key hybrid", der, curve.encode(q, 6 + q[1] % 2))
    bad("key of the compact form", der, curve.encode(q, 5))
    bad("key at infinity", der, b"\0")
    bad("key at infinity, padded", der, bytes(1 + 2 * curve.size))
    bad("key (0, 0)", der, b"\4" + bytes(2 * curve.size))
    bad("key not on the curve", der, curve.encode((q[0], (q[1] + 1) % p)))
    bad("key on the twist", der, curve.encode((q[0] + 1, q[1])))
    bad("key's x is p", der, b"\4" + p.to_bytes(curve.size, "big") + encoded[1 + curve.size:])
    bad("key's y is all ones", der, encoded[:1 + curve.size] + b"\xff" * curve.size)
    bad("key cut short", der, encoded[:-1])
    bad("key with a byte more", der, encoded + b"\0")
    bad("key with two bytes more", der, encoded + b"\0\0")
    bad("key without its form", der, encoded[1:])
    bad("key empty", der, b"")


# ---- RSA ----
def prime(bits):
    while True:
        candidate = random.getrandbits(bits) | 1 | 3 << bits - 2
        if all(candidate % q for q in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)) and pow(2, candidate - 1, candidate) == 1 and pow(3, candidate - 1, candidate) == 1:
            return candidate

class Rsa:
    """Of many primes of about 512 bits, so that 16,384 bits take seconds."""
    def __init__(self, bits, e=65537):
        count = max(2, bits // 512)
        while True:
            primes = [prime(bits // count) for _ in range(count - 1)]
            product = 1
            for q in primes: product *= q
            # The last one brings the modulus to the exact length.
            low, high = (1 << bits - 1) // product + 1, ((1 << bits) - 1) // product
            for _ in range(5000):
                last = random.randrange(low, high) | 1
                if all(last % q for q in (3, 5, 7, 11, 13)) and pow(2, last - 1, last) == 1: break
            else: continue
            self.n = product * last
            phi = last - 1
            for q in primes: phi *= q - 1
            try: self.d = pow(e, -1, phi)
            except ValueError: continue
            if self.n.bit_length() == bits: break
        self.e, self.bits, self.size = e, bits, (bits + 7) // 8
    def key(self): return sequence(integer(self.n), integer(self.e))
    def raw(self, encoded): return pow(int.from_bytes(encoded, "big"), self.d, self.n).to_bytes(self.size, "big")

def digest_info(hash_name, null=True, arc=None):
    digest, own = HASH[hash_name]
    return sequence(sequence(tlv(6, bytes.fromhex("6086480165030402") + bytes([arc or own])), tlv(5, b"") if null else b""), tlv(4, digest(MESSAGE).digest()))

def pkcs1(size, info, fill=0xFF, start=b"\0\1"):
    return start + bytes([fill]) * (size - len(info) - 3) + b"\0" + info

def mgf1(digest, seed, n):
    return b"".join(digest(seed + i.to_bytes(4, "big")).digest() for i in range(n // digest().digest_size + 1))[:n]

def pss(bits, digest, salt=None, trailer=0xBC, mask_digest=None, one=1, zero=0, top=0):
    bits -= 1
    size = (bits + 7) // 8
    salt = os.urandom(digest().digest_size) if salt is None else salt
    h = digest(bytes(8) + digest(MESSAGE).digest() + salt).digest()
    db = bytearray(bytes(size - len(salt) - len(h) - 2) + bytes([one]) + salt)
    db[1] |= zero
    masked = bytearray(a ^ b for a, b in zip(db, mgf1(mask_digest or digest, h, len(db))))
    masked[0] &= 0xFF >> 8 * size - bits
    masked[0] |= top
    return bytes(masked) + h + bytes([trailer])

def rsa():
    path = new_key("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    key = public_bits(path)
    for hash_name in HASH:
        signature = openssl_sign(path, hash_name)
        case(f"RSA PKCS#1 with {hash_name}", "RSA", "PKCS1 " + hash_name, key, signature, True)
        case(f"RSA PKCS#1 with {hash_name}, parameters absent", "RSA", f"PKCS1 {hash_name} no NULL", key, signature, True)
        signature = openssl_sign(path, hash_name, "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")
        case(f"RSA PSS with {hash_name}", "RSA", "PSS " + hash_name, key, signature, True)
    case("RSA PKCS#1 with SHA-1", "RSA", "PKCS1 SHA-1", key, openssl_sign(path, "SHA-1"), False)
    case("RSA PKCS#1 with MD5", "RSA", "PKCS1 MD5", key, openssl_sign(path, "MD5"), False)
    signature = openssl_sign(path, "SHA-256")
    case("RSA: the identifier says another hash", "RSA", "PKCS1 SHA-384", key, signature, False)
    case("RSA: PKCS#1 said to be PSS", "RSA", "PSS SHA-256", key, signature, False)
    for size in (3072, 4096):
        path = new_key("-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{size}")
        case(f"RSA PKCS#1, {size} bits", "RSA", "PKCS1 SHA-256", public_bits(path), openssl_sign(path, "SHA-256"), True)

    def both(what, k, valid):
        case(f"RSA PKCS#1: {what}", "RSA", "PKCS1 SHA-256", k.key(), k.raw(pkcs1(k.size, digest_info("SHA-256"))), valid)
        encoded = pss(k.bits, hashlib.sha256)
        case(f"RSA PSS: {what}", "RSA", "PSS SHA-256", k.key(), k.raw(encoded), valid)
    for bits, valid in ((1024, False), (2047, False), (2048, True), (2049, True), (2050, True), (2055, True), (2056, True), (2057, True), (8192, True), (8193, False), (16384, False)):
        both(f"{bits} bits", Rsa(bits), valid)
    for e, valid in ((3, True), (17, True), (2**32 + 15, True), (2**33 - 9, True), (2**33 + 17, False), (2**64 + 13, False)):
        both(f"exponent {e}", Rsa(2048, e), valid)

    k = Rsa(2048)
    info = digest_info("SHA-256")
    encoded = pkcs1(k.size, info)
    signature = k.raw(encoded)
    bad = lambda what, signature, key=k.key(): case(f"RSA PKCS#1: {what}", "RSA", "PKCS1 SHA-256", key, signature, False)
    case("RSA PKCS#1: signed by the script", "RSA", "PKCS1 SHA-256", k.key(), signature, True)
    case("RSA PKCS#1: another message", "RSA", "PKCS1 SHA-256", k.key(), signature, False, b"chainpim")
    # An exponent of 1 makes everything its own signature.
    keyed = lambda n, e: sequence(integer(n), integer(e))
    bad("exponent 1", encoded, keyed(k.n, 1))
    bad("exponent 0", b"\0" * (k.size - 1) + b"\1", keyed(k.n, 0))
    bad("exponent 2", signature, keyed(k.n, 2))
    bad("exponent even", signature, keyed(k.n, 65536))
    bad("exponent negative", signature, keyed(k.n, -65537))
    bad("modulus negative", signature, keyed(-k.n, k.e))
    bad("modulus even", signature, keyed(k.n + 1, k.e))
    bad("modulus 0", b"", keyed(0, k.e))
    bad("modulus 0, long", signature, keyed(0, k.e))
    bad("signature is 0", bytes(k.size))
    bad("signature is 1", bytes(k.size - 1) + b"\1")
    bad("signature is n - 1", (k.n - 1).to_bytes(k.size, "big"))
    bad("signature is n", k.n.to_bytes(k.size, "big"))
    while int.from_bytes(signature, "big") + k.n >= 1 << 8 * k.size:
        k = Rsa(2048)
        signature = k.raw(encoded)
    bad("signature + n", (int.from_bytes(signature, "big") + k.n).to_bytes(k.size, "big"), k.key())
    bad("signature with a leading zero", b"\0" + signature, k.key())
    bad("signature with a byte after", signature + b"\0", k.key())
    bad("signature cut short", signature[:-1], k.key())
    bad("signature empty", b"", k.key())
    bad("a byte after the key", signature, k.key() + b"\0")
    bad("a byte after the exponent", signature, sequence(integer(k.n), integer(k.e), b"\0"))
    bad("modulus with a needless zero", signature, sequence(tlv(2, b"\0" + integer(k.n)[4:]), integer(k.e)))
    bad("modulus without its sign byte", signature, sequence(tlv(2, k.n.to_bytes(k.size, "big")), integer(k.e)))
    bad("exponent with a needless zero", signature, sequence(integer(k.n), tlv(2, b"\0\1\0\1")))
    bad("no exponent", signature, sequence(integer(k.n)))
    bad("key cut short", signature, k.key()[:-1])
    bad("key empty", signature, b"")
    # Encoded messages that a lenient parser takes; the first is Bleichenbacher's.
    enc = lambda what, encoded: bad("encoded message: " + what, k.raw(encoded), k.key())
    enc("short padding, garbage behind", b"\0\1" + b"\xff" * 8 + b"\0" + info + os.urandom(k.size - 11 - len(info)))
    enc("no padding", b"\0\1\0" + info + bytes(k.size - 3 - len(info)))
    enc("padding of zeros", pkcs1(k.size, info, 0))
    enc("padding with one other byte", encoded[:100] + b"\xfe" + encoded[101:])
    enc("block type 2", pkcs1(k.size, info, start=b"\0\2"))
    enc("block type 0", pkcs1(k.size, info, start=b"\0\0"))
    enc("no separator", encoded.replace(b"\xff\0\x30", b"\xff\xff\x30", 1))
    enc("hash parameters absent", pkcs1(k.size, digest_info("SHA-256", null=False)))
    enc("hash named otherwise", pkcs1(k.size, digest_info("SHA-256", arc=4)))
    enc("digest of SHA-384", pkcs1(k.size, digest_info("SHA-384")))
    enc("digest without DigestInfo", pkcs1(k.size, hashlib.sha256(MESSAGE).digest()))
    enc("a byte after the digest", pkcs1(k.size, info + b"\0"))
    enc("digest cut short", pkcs1(k.size, info[:-1]))
    enc("length of DigestInfo in the long form", pkcs1(k.size, b"\x30\x81" + info[1:]))

    def pss_bad(what, encoded, k=k):
        case(f"RSA PSS: {what}", "RSA", "PSS SHA-256", k.key(), k.raw(encoded.rjust(k.size, b"\0")), False)
    sha = hashlib.sha256
    pss_bad("no salt", pss(k.bits, sha, b""))
    pss_bad("salt of 20 bytes", pss(k.bits, sha, os.urandom(20)))
    pss_bad("salt of 33 bytes", pss(k.bits, sha, os.urandom(33)))
    pss_bad("longest salt", pss(k.bits, sha, os.urandom(k.size - 34)))
    pss_bad("trailer 0xcc", pss(k.bits, sha, trailer=0xCC))
    pss_bad("MGF1 with SHA-1", pss(k.bits, sha, mask_digest=hashlib.sha1))
    pss_bad("MGF1 with SHA-512", pss(k.bits, sha, mask_digest=hashlib.sha512))
    pss_bad("separator 2", pss(k.bits, sha, one=2))
    pss_bad("separator 0", pss(k.bits, sha, one=0))
    pss_bad("padding not zero", pss(k.bits, sha, zero=1))
    pss_bad("wrong digest", pss(k.bits, hashlib.sha3_256))
    while True:
        encoded = pss(k.bits, sha, top=0x80)
        if int.from_bytes(encoded, "big") < k.n: break
    pss_bad("unused top bit set", encoded)
    k = Rsa(2049)
    while True:
        encoded = b"\1" + pss(k.bits, sha)
        if int.from_bytes(encoded, "big") < k.n: break
    pss_bad("2049 bits, surplus byte set", encoded, k)
    case("RSA PSS: another message", "RSA", "PSS SHA-256", k.key(), k.raw(pss(k.bits, sha)), False, b"chainpim")
    case("RSA PSS: empty", "RSA", "PSS SHA-256", k.key(), b"", False)


# ---- Ed25519 ----
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
def ed_add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P
def ed_mul(k, a):
    r = (0, 1)
    for bit in bin(k)[2:]:
        r = ed_add(r, r)
        if bit == "1": r = ed_add(r, a)
    return r
def ed_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if x * x % P != x2: x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != x2: return None
    return x if x % 2 == sign else P - x
def ed_encode(a): return (a[1] | (a[0] % 2) << 255).to_bytes(32, "little")
BASE = (ed_x(4 * pow(5, -1, P) % P, 0), 4 * pow(5, -1, P) % P)
h512 = lambda *parts: int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")

def ed25519():
    path = new_key("-algorithm", "ed25519")
    key = public_bits(path)
    signature = openssl_sign(path, None)
    case("Ed25519", "Ed25519", "Ed25519", key, signature, True)
    bad = lambda what, signature, k=key, message=MESSAGE: case(f"Ed25519: {what}", "Ed25519", "Ed25519", k, signature, False, message)
    s = int.from_bytes(signature[32:], "little")
    bad("another message", signature, key, b"chainpim")
    bad("S + L", signature[:32] + (s + L).to_bytes(32, "little"))
    bad("S is L", signature[:32] + L.to_bytes(32, "little"))
    bad("S has its top bits set", signature[:63] + bytes([signature[63] | 0xE0]))
    bad("signature cut short", signature[:-1])
    bad("signature with a byte more", signature + b"\0")
    bad("signature empty", b"")
    bad("key cut short", signature, key[:-1])
    bad("key with a byte more", signature, key + b"\0")
    bad("key empty", signature, b"")
    y = next(y for y in range(2, 99) if ed_x(y, 0) is None)
    bad("key not on the curve", signature, y.to_bytes(32, "little"))
    # Keys of small order: S = 0 and R = -h·A, of which there are eight at most, verify by the equation alone for some messages.
    torsion = None
    for y in range(2, 999):
        if ed_x(y, 0) is None: continue
        t = ed_mul(L, (ed_x(y, 0), y))
        if ed_mul(4, t) != (0, 1): torsion = t; break
    for i in range(8):
        a = ed_mul(i, torsion) if i else (0, 1)
        encoded = ed_encode(a)
        for j in range(8):
            r = ed_mul(j, torsion) if j else (0, 1)
            h = h512(ed_encode(r), encoded, MESSAGE) % L
            if ed_add(r, ed_mul(h % 8, a) if h % 8 else (0, 1)) == (0, 1):
                bad(f"key of small order ({i}·T), R = {j}·T, S = 0", ed_encode(r) + bytes(32), encoded)
    # Not canonical encodings of small-order points: y = p + 1 is the neutral element.
    bad("key not canonical", ed_encode((0, 1)) + bytes(32), (P + 1).to_bytes(32, "little"))
    # A proper key, but R of small order: S = h·a with R neutral satisfies the equation.
    a = random.randrange(1, L)
    key = ed_encode(ed_mul(a, BASE))
    r = ed_encode((0, 1))
    bad("R of small order", r + (h512(r, key, MESSAGE) * a % L).to_bytes(32, "little"), key)
    k = random.randrange(1, L)
    r = ed_encode(ed_mul(k, BASE))
    case("Ed25519: signed by the script", "Ed25519", "Ed25519", key, r + ((k + h512(r, key, MESSAGE) * a) % L).to_bytes(32, "little"), True)
    # R with a torsion part satisfies only the equation with the cofactor.
    r = ed_encode(ed_add(ed_mul(k, BASE), torsion))
    bad("R with a torsion part", r + ((k + h512(r, key, MESSAGE) * a) % L).to_bytes(32, "little"), key)


ecdsa(P256, "SHA-256")
ecdsa(P384, "SHA-384")
path = new_key("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521")
case("P-521 with SHA-512", "P-521", "ECDSA SHA-512", public_bits(path), openssl_sign(path, "SHA-512"), False)
rsa()
ed25519()
out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases.json")
with open(out, "w") as f:
    f.write('{\n  "origin": "made by make.py beside this file",\n  "cases": [\n')
    f.write(",\n".join("    " + json.dumps(c, ensure_ascii=False) for c in CASES))
    f.write("\n  ]\n}\n")
print(len(CASES), "cases,", sum(c["valid"] for c in CASES), "valid")
