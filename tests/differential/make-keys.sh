#!/usr/bin/env bash
# Makes keys.pem anew: public keys of every kind that OpenSSL makes. The private keys are thrown away.
set -euo pipefail
cd "$(dirname "$0")"
public() { openssl pkey -pubout "$@"; }
{
  for bits in 1024 2048 3072; do openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" | public; done
  openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 | public
  openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256 \
    -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32 | public
  for curve in prime256v1 secp384r1 secp521r1 secp256k1 secp224r1 brainpoolP256r1 sect233k1; do
    for encoding in named_curve explicit; do
      for form in uncompressed compressed hybrid; do
        openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$curve" -pkeyopt "ec_param_enc:$encoding" |
          public -ec_conv_form "$form" -ec_param_enc "$encoding"
      done
    done
  done
  for kind in ED25519 ED448 X25519 X448 SM2; do openssl genpkey -algorithm "$kind" | public; done
  openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 > /tmp/$$.dsa && openssl genpkey -paramfile /tmp/$$.dsa | public
  rm -f /tmp/$$.dsa
  openssl genpkey -algorithm DH -pkeyopt group:ffdhe2048 | public
} > keys.pem
