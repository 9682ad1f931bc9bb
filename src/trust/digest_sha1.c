/* SPDX-License-Identifier: MIT */
/* SHA-1, which lists of files in SPDX's form ask for; nothing is trusted by it. */
#include <config.h>

#include "trust/digest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#define READ_SIZE ((size_t)256 * 1024)

static int
add_file(EVP_MD_CTX *ctx, int fd, struct err *err)
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
			return err_set(err, ERR_FAILED, "OpenSSL cannot go on with a SHA-1");
		at += n;
	}
}

/* The digest of FD, or of TEXT where that is -1. */
static int
sha1(int fd, struct str text, char *ret_hex, struct err *err)
{
	static const char digits[] = "0123456789abcdef";
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	int result = -1;

	ret_hex[0] = '\0';
	if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) != 1)
		(void)err_set(err, ERR_FAILED, "OpenSSL has no SHA-1 here");
	else if (fd >= 0)
		result = add_file(ctx, fd, err);
	else
		result = EVP_DigestUpdate(ctx, text.p, text.n) == 1
				 ? 0
				 : err_set(err, ERR_FAILED, "OpenSSL cannot make a SHA-1");
	if (result == 0 &&
	    (EVP_DigestFinal_ex(ctx, raw, &n) != 1 || 2 * (size_t)n + 1 != DIGEST_SHA1_HEX_SIZE))
		result = err_set(err, ERR_FAILED, "OpenSSL cannot finish a SHA-1");
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
	return sha1(fd, (struct str){ NULL, 0 }, ret_hex, err);
}

int
digest_sha1_text(struct str text, char ret_hex[DIGEST_SHA1_HEX_SIZE], struct err *err)
{
	return sha1(-1, text, ret_hex, err);
}
