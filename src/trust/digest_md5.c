/* SPDX-License-Identifier: MIT */
/* MD5, which old definitions of pyenv's have, and nothing of ours. */
#include <config.h>

#include "trust/digest.h"

#include <errno.h>
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
			return err_set(err, ERR_FAILED, "OpenSSL cannot go on with an MD5");
		at += n;
	}
}

int
digest_md5_fd(int fd, char ret_hex[DIGEST_MD5_HEX_SIZE], struct err *err)
{
	static const char digits[] = "0123456789abcdef";
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int n = 0;
	int result = -1;

	/* A system in FIPS mode has none. */
	if (!ctx || EVP_DigestInit_ex(ctx, EVP_md5(), NULL) != 1)
		(void)err_set(err, ERR_FAILED, "OpenSSL has no MD5 here");
	else
		result = add_file(ctx, fd, err);
	if (result == 0 &&
	    (EVP_DigestFinal_ex(ctx, raw, &n) != 1 || 2 * (size_t)n + 1 != DIGEST_MD5_HEX_SIZE))
		result = err_set(err, ERR_FAILED, "OpenSSL cannot finish an MD5");
	EVP_MD_CTX_free(ctx);
	for (size_t i = 0; result == 0 && i < n; i++) {
		ret_hex[2 * i] = digits[raw[i] >> 4];
		ret_hex[2 * i + 1] = digits[raw[i] & 15];
	}
	ret_hex[2 * n] = '\0';
	return result;
}
