/* SPDX-License-Identifier: MIT */
/* Signatures of artifacts: whose they must be, where they are kept, whether they hold. */
#ifndef PYVERN_SUPPLY_SIGNATURE_H
#define PYVERN_SUPPLY_SIGNATURE_H

#include "base/buf.h"
#include "base/err.h"
#include "core/layout.h"
#include "trust/sigstore.h"

/* Read the regular file at PATH (absolute) into RET, whose limit is its largest size. */
int signature_read_file(const char *path, struct buf *ret, struct err *err)
	__attribute__((warn_unused_result));

/* The trusted root in the file PATH (absolute), and the one that came with pyvern. *RET is
 * owned (trust_root_free). ERR_CHECK when it is none. */
int signature_root_read(const char *path, struct trust_root **ret, struct err *err)
	__attribute__((warn_unused_result));
int signature_root_shipped(const struct layout *layout, struct trust_root **ret, struct err *err)
	__attribute__((warn_unused_result));

/* Who signs the releases of a series. */
struct signer {
	char *identity;
	char *issuer;
};

/* The signer of CPython's VERSION ("3.13.5"), by the table that came with pyvern. ERR_CHECK
 * for a series that is not in it. */
int signature_signer(const struct layout *layout, const char *version, struct signer *ret,
		     struct err *err) __attribute__((warn_unused_result));
void signer_reset(struct signer *signer);
#define cleanup_signer cleanup_with(signer_reset)

#endif
