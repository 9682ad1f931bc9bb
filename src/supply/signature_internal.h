/* SPDX-License-Identifier: MIT */
/* What the files of supply/signature share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_SIGNATURE_INTERNAL_H
#define PYVERN_SUPPLY_SIGNATURE_INTERNAL_H

#include "supply/signature.h"
#include "trust/openpgp.h"

/* Ways in which one artifact may be signed, at most. */
#define SIGNATURE_WAYS 2

/* One of them. */
struct signature_way {
	enum signature_kind kind;
	char *identity; /* Sigstore: who, and who vouches for it */
	char *issuer;
	char *service; /* attestations: where they are asked for; the digest follows */
};

struct signature_ways {
	struct signature_way items[SIGNATURE_WAYS]; /* the best first */
	size_t count;
	char *why; /* with none: the reason, for people */
	/* Nobody is known to sign what others of its kind are signed as: one that is there
	 * can never hold. */
	bool unknown;
};

void signature_ways_reset(struct signature_ways *ways);

/* The ways in which ARTIFACT may be signed, by the tables that came with pyvern. */
int signature_ways_find(const struct layout *layout, const struct artifact *artifact,
			struct signature_ways *ret, struct err *err)
	__attribute__((warn_unused_result));

/* "3.13" of "3.13.5" and of "3.14.0rc2". */
struct str signature_series(const char *version);

/* The table of share/trust that has that name, whose first line is FIRST, into RET. */
int signature_table(const struct layout *layout, const char *name, const char *first,
		    struct buf *ret, struct err *err) __attribute__((warn_unused_result));

/* Can a signature with OpenPGP be verified here? False: *RET_WHY, owned by the caller. */
bool signature_openpgp_can(const struct signature_spec *spec, char **ret_why);

/* Verify ret->text, which is one of spec->file with OpenPGP; fills in the rest of RET. */
int signature_openpgp_verify(const struct signature_spec *spec, struct signature *ret,
			     struct err *err) __attribute__((warn_unused_result));

/* A text that may be the signature. */
struct signature_text {
	struct buf text;
	bool is_kept;	 /* it is from the cache */
	bool was_spoilt; /* the one in the cache did not hold: ask for another */
	char *from;	 /* for people: a path, or a host */
	char *why_none;	 /* there was none: the reason */
};

void signature_text_reset(struct signature_text *text);

/* The next place to look: beside the user's file, in the cache, on the network. False: there
 * is no more. PLACE counts them, from 0. */
bool signature_get(const struct signature_spec *spec, const struct signature_way *way,
		   unsigned *place, struct signature_text *ret);

/* Does a file stand beside the user's that would be its signature? */
bool signature_is_beside(const struct signature_spec *spec, enum signature_kind kind);

/* Keep TEXT in the cache beside the archive, best effort; forget what is there. */
void signature_keep(const struct signature_spec *spec, enum signature_kind kind, struct str text);
void signature_forget(const struct signature_spec *spec, enum signature_kind kind);

/* Take the archive out of the cache: the next installation would find it there, and nobody who
 * sends its bad signature. Best effort; never a file that is not ours. */
void signature_drop_archive(const struct signature_spec *spec);

#endif
