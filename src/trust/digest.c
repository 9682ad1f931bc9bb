/* SPDX-License-Identifier: MIT */
/* SHA-256 of bytes, streams and open files, by OpenSSL's EVP interface. */
#include <config.h>

#include "trust/digest.h"

#include <errno.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "os/sig.h"

/* Bytes read at once: large enough that reading costs nothing beside hashing. */
#define DIGEST_READ_SIZE ((size_t)256 * 1024)

struct digest {
	EVP_MD_CTX *ctx;
};

int
digest_new(struct digest **ret, struct err *err)
{
	/* OPENSSL_CONF and openssl.cnf can name engines and providers, that is,
	 * code to load; what vouches for downloads must not depend on them. */
	bool is_up = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;

	struct digest *d = mem_zalloc(sizeof(*d));

	/* Where it had no memory for its start it has no context, and does not look. */
	is_up = is_up && OSSL_LIB_CTX_get0_global_default();
	d->ctx = is_up ? EVP_MD_CTX_new() : NULL;
	if (!d->ctx || EVP_DigestInit_ex(d->ctx, EVP_sha256(), NULL) != 1) {
		digest_free(d);
		/* Not `return err_set(…)`: analysers that see this file alone would go
		 * on without a digest. */
		err_set(err, ERR_FAILED, "OpenSSL cannot begin a SHA-256");
		return -1;
	}
	*ret = d;
	return 0;
}

int
digest_add(struct digest *d, const void *bytes, size_t n, struct err *err)
{
	if (EVP_DigestUpdate(d->ctx, bytes, n) != 1)
		return err_set(err, ERR_FAILED, "OpenSSL cannot go on with a SHA-256");
	return 0;
}

int
digest_finish(struct digest *d, char ret_hex[DIGEST_HEX_SIZE], struct err *err)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	if (EVP_DigestFinal_ex(d->ctx, raw, &n) != 1 || 2 * (size_t)n != DIGEST_HEX_LEN)
		return err_set(err, ERR_FAILED, "OpenSSL cannot finish a SHA-256");
	for (size_t i = 0; i < n; i++) {
		ret_hex[2 * i] = digits[raw[i] >> 4];
		ret_hex[2 * i + 1] = digits[raw[i] & 15];
	}
	ret_hex[DIGEST_HEX_LEN] = '\0';
	return 0;
}

void
digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	free(d);
}

int
digest_fd(int fd, char ret_hex[DIGEST_HEX_SIZE], uint64_t *ret_size, struct err *err)
{
	cleanup_digest struct digest *d = NULL;
	cleanup_free char *block = mem_resize(NULL, DIGEST_READ_SIZE, 1);
	uint64_t size = 0;

	if (digest_new(&d, err) < 0)
		return -1;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(err, "cannot go to the start of a file");
	for (;;) {
		ssize_t n = read(fd, block, DIGEST_READ_SIZE);

		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return err_sys(err, "cannot read a file for its digest");
		else if (n == 0)
			break;
		if (sig_check(err) < 0 || digest_add(d, block, (size_t)n, err) < 0)
			return -1;
		size += (uint64_t)n;
	}
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(err, "cannot go to the start of a file");
	if (ret_size)
		*ret_size = size;
	return digest_finish(d, ret_hex, err);
}

bool
digest_hex_ok(struct str text)
{
	if (text.n != DIGEST_HEX_LEN)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!str_is_digit(text.p[i]) && !(text.p[i] >= 'a' && text.p[i] <= 'f'))
			return false;
	return true;
}
