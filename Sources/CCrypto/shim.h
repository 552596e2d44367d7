// SHA256_Init and its kin are declared as deprecated in favour of EVP, which allocates for each value that is hashed.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
