/* SPDX-License-Identifier: MIT */
/* Bytes that signatures are about: owned blocks, base64, digests of pieces. */
#include <config.h>

#include "trust/bytes.h"

#include <string.h>

#include <openssl/evp.h>

#include "base/mem.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char hex_digits[] = "0123456789abcdef";

/* The value of C in ALPHABET of N characters, or -1. */
static int
value_of(const char *characters, size_t n, char c)
{
	const char *at = memchr(characters, c, n);

	return at ? (int)(at - characters) : -1;
}

/* OpenSSL's decoder skips blanks, counts padding as zeros, and forgives its bits. */
bool
bytes_from_base64(struct str text, struct bytes *ret)
{
	size_t padding = 0;
	unsigned int bits = 0;
	size_t count = 0;
	cleanup_bytes struct bytes bytes = { 0 };

	*ret = (struct bytes){ 0 };
	if (text.n % 4 != 0)
		return false;
	while (padding < 2 && padding < text.n && text.p[text.n - 1 - padding] == '=')
		padding++;
	bytes.p = mem_zalloc(text.n / 4 * 3 + 1);
	for (size_t i = 0; i < text.n - padding; i++) {
		int value = value_of(alphabet, 64, text.p[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (unsigned int)value;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		bytes.p[bytes.n++] = (unsigned char)(bits >> count & 255);
		bits &= (1U << count) - 1;
	}
	if (bits != 0)
		return false;
	*ret = bytes;
	bytes.p = NULL;
	return true;
}

char *
bytes_to_base64(struct str bytes)
{
	char *text = mem_zalloc((bytes.n + 2) / 3 * 4 + 1);
	char *to = text;

	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t n = bytes.n - i < 3 ? bytes.n - i : 3;
		unsigned int bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < n ? (unsigned char)bytes.p[i + k] : 0U);
		for (size_t k = 0; k < 4; k++)
			*to++ = k <= n ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
	}
	return text;
}

bool
bytes_from_hex(struct str text, struct bytes *ret)
{
	cleanup_bytes struct bytes bytes = { 0 };

	*ret = (struct bytes){ 0 };
	if (text.n % 2 != 0)
		return false;
	bytes.p = mem_zalloc(text.n / 2 + 1);
	for (size_t i = 0; i < text.n; i += 2) {
		int high = value_of(hex_digits, 16, text.p[i]);
		int low = value_of(hex_digits, 16, text.p[i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes.p[bytes.n++] = (unsigned char)(high << 4 | low);
	}
	*ret = bytes;
	bytes.p = NULL;
	return true;
}

char *
bytes_to_hex(struct str bytes)
{
	char *text = mem_zalloc(2 * bytes.n + 1);

	for (size_t i = 0; i < bytes.n; i++) {
		text[2 * i] = hex_digits[(unsigned char)bytes.p[i] >> 4];
		text[2 * i + 1] = hex_digits[(unsigned char)bytes.p[i] & 15];
	}
	return text;
}

bool
bytes_sha256(const struct str *pieces, size_t count, unsigned char ret[BYTES_SHA256])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned int n = 0;
	bool ok = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;

	for (size_t i = 0; ok && i < count; i++)
		ok = EVP_DigestUpdate(ctx, pieces[i].p, pieces[i].n) == 1;
	ok = ok && EVP_DigestFinal_ex(ctx, ret, &n) == 1 && n == BYTES_SHA256;
	EVP_MD_CTX_free(ctx);
	return ok;
}

struct str
bytes_str(const struct bytes *bytes)
{
	return (struct str){ (const char *)bytes->p, bytes->n };
}

bool
bytes_eq(const struct bytes *a, struct str b)
{
	return str_eq(bytes_str(a), b);
}

void
bytes_reset(struct bytes *bytes)
{
	free(bytes->p);
	*bytes = (struct bytes){ 0 };
}
