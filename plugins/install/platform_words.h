/* SPDX-License-Identifier: MIT */
/* A platform as people write it: linux-x86_64_v3-gnu. */
#ifndef PYVERN_INSTALL_PLATFORM_WORDS_H
#define PYVERN_INSTALL_PLATFORM_WORDS_H

#include "base/err.h"
#include "supply/artifact.h"

/* What a target's texts are in: os, arch, libc, CPU level. */
struct platform_words {
	char words[4][64];
};

/* Cut TEXT; *RET_TARGET points into WORDS. ERR_USAGE. */
int platform_words_read(struct platform_words *words, const char *text, struct target *ret_target,
			struct err *err) __attribute__((warn_unused_result));

#endif
