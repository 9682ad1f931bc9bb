/* SPDX-License-Identifier: MIT */
/* OpenPGP: whose keys sign what, and what a verifier says of a signature. */
#ifndef PYVERN_TRUST_OPENPGP_H
#define PYVERN_TRUST_OPENPGP_H

/*
 * Signatures are not verified here: a program does it that is made for that (gpgv, sqv; see
 * supply/signature_openpgp). What is here reads texts: our table of keys (share/trust, its
 * format in docs/formats.md), a user's file of keys, and the program's answer.
 */

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "trust/bytes.h"
#include "trust/root.h"

/* Hexadecimal digits of a fingerprint: 40 (version 4), and room for 64 (version 6). */
#define OPENPGP_FINGERPRINT_MAX 64
/* 64 KiB: a detached signature has one; several of the largest kind fit. */
#define OPENPGP_SIGNATURE_MAX ((size_t)64 * 1024)
/* 1 MiB: keys with many names and signatures of others have some 100 KB each. */
#define OPENPGP_KEYS_MAX ((size_t)1024 * 1024)

/* A key of somebody who signs. */
struct openpgp_key {
	char *fingerprint; /* of the primary key, upper-case hexadecimal */
	char *name;	   /* whose it is, for people */
	/* When it may sign: what the table says, besides what the key says itself. */
	struct trust_window window;
	struct bytes block; /* the key, binary; empty: it has to be had elsewhere */
};

/* SERIES ("3.13") is signed by the key of that fingerprint. */
struct openpgp_row {
	char *series;
	const struct openpgp_key *key; /* one of the table's */
};

#define OPENPGP_TABLE_MAX 64

struct openpgp_table {
	struct openpgp_key keys[OPENPGP_TABLE_MAX];
	size_t key_count;
	struct openpgp_row rows[OPENPGP_TABLE_MAX];
	size_t row_count;
};

/* Read TEXT, a table of ours; WHAT names it in errors. RET is zeroed before; also after an
 * error the caller resets it. ERR_CHECK for a row that cannot be read. */
int openpgp_table_parse(struct str text, const char *what, struct openpgp_table *ret,
			struct err *err) __attribute__((warn_unused_result));
void openpgp_table_reset(struct openpgp_table *table);
#define cleanup_openpgp_table cleanup_with(openpgp_table_reset)

/* The N-th key (from 0) that may sign SERIES; NULL: there are no more. Borrowed. */
const struct openpgp_key *
openpgp_table_find(const struct openpgp_table *table, struct str series, size_t n);

/* Add the keys in TEXT, a user's file, to RET: binary ones as they are, armored ones
 * (RFC 9580, 6.2; several blocks may follow one another) decoded. ERR_CHECK when it is
 * neither. */
int openpgp_keys_decode(struct str text, const char *what, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* Does TEXT begin as a detached signature does, armored or binary? */
bool openpgp_is_signature(struct str text);

/* What gpgv found. */
struct openpgp_verdict {
	char fingerprint[OPENPGP_FINGERPRINT_MAX + 1]; /* of the primary key */
	int64_t time;	 /* milliseconds since 1970: when it was signed, says the signer */
	int64_t expires; /* when the key ends, by the key itself; INT64_MAX: never */
};

/* Read TEXT, what gpgv wrote to its --status-fd (its format: doc/DETAILS of GnuPG). ERR_CHECK
 * unless it says of just one signature that it holds, that it is over the bytes of a file, and
 * that its digest is SHA-256 or stronger; the message says why. */
int openpgp_status_parse(struct str text, struct openpgp_verdict *ret, struct err *err)
	__attribute__((warn_unused_result));

#endif
