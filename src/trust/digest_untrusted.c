/* SPDX-License-Identifier: MIT */
/* Digests that nothing is trusted by: MD5, which old definitions of pyenv's have, and SHA-1,
 * which lists of files in SPDX's form ask for. */
#include <config.h>

#include "trust/digest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#define READ_SIZE ((size_t)256 * 1024)

/* What is asked of OpenSSL, which lacks both in FIPS mode. */
struct kind {
	const EVP_MD *(*method)(void);
	const char *name;
	size_t hex_size;
};

static const struct kind md5 = { EVP_md5, "MD5", DIGEST_MD5_HEX_SIZE };
static const struct kind sha1 = { EVP_sha1, "SHA-1", DIGEST_SHA1_HEX_SIZE };

static int
add_file(EVP_MD_CTX *ctx, int fd, const struct kind *kind, struct err *err)
{
	cleanup_free char *block = mem_resize(NULL, READ_SIZE, 1);
	off_t at = 0;

	for (;;) {
		ssize_t n = pread(fd, block, READ_SIZE, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read a file for its digest");
		if (n == 0)
			return 0;
		if (EVP_DigestUpdate(ctx, block, (size_t)n) != 1)
			return err_set(err, ERR_FAILED, "OpenSSL cannot go on with %s", kind->name);
		at += n;
	}
}

/* The digest of FD, or of TEXT where that is -1. */
static int
make_digest(const struct kind *kind, int fd, struct str text, char *ret_hex, struct err *err)
{
	static const char digits[] = "0123456789abcdef";
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	int result = -1;

	ret_hex[0] = '\0';
	if (!ctx || EVP_DigestInit_ex(ctx, kind->method(), NULL) != 1)
		(void)err_set(err, ERR_FAILED, "OpenSSL has no %s here", kind->name);
	else if (fd >= 0)
		result = add_file(ctx, fd, kind, err);
	else
		result = EVP_DigestUpdate(ctx, text.p, text.n) == 1
				 ? 0
				 : err_set(err, ERR_FAILED, "OpenSSL cannot make %s", kind->name);
	if (result == 0 &&
	    (EVP_DigestFinal_ex(ctx, raw, &n) != 1 || 2 * (size_t)n + 1 != kind->hex_size))
		result = err_set(err, ERR_FAILED, "OpenSSL cannot finish %s", kind->name);
	EVP_MD_CTX_free(ctx);
	for (size_t i = 0; result == 0 && i < n; i++) {
		ret_hex[2 * i] = digits[raw[i] >> 4];
		ret_hex[2 * i + 1] = digits[raw[i] & 15];
		ret_hex[2 * i + 2] = '\0';
	}
	return result;
}

int
digest_sha1_fd(int fd, char ret_hex[DIGEST_SHA1_HEX_SIZE], struct err *err)
{
	return make_digest(&sha1, fd, (struct str){ NULL, 0 }, ret_hex, err);
}

int
digest_sha1_text(struct str text, char ret_hex[DIGEST_SHA1_HEX_SIZE], struct err *err)
{
	return make_digest(&sha1, -1, text, ret_hex, err);
}

int
digest_md5_fd(int fd, char ret_hex[DIGEST_MD5_HEX_SIZE], struct err *err)
{
	return make_digest(&md5, fd, (struct str){ NULL, 0 }, ret_hex, err);
}
