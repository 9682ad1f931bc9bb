/* SPDX-License-Identifier: MIT */
/* What configure found out, for the next configure of the same source here. */
#ifndef PYVERN_SUPPLY_ANSWERS_H
#define PYVERN_SUPPLY_ANSWERS_H

/*
 *	answers_key(&question, key, err)
 *	answers_site(layout, key, &site)           a file for CONFIG_SITE, if there is one
 *	… configure …
 *	answers_keep(layout, key, &source, err)
 *
 * configure tries hundreds of tiny programs, one after the other, on one CPU: a third
 * of a build. Its answers depend on the source, the compiler, the flags and what the
 * machine has, and the key on all of these; whether one library folder has changed is
 * told by its time, so any package that is installed starts anew.
 *
 * Not every answer can be kept. autoconf means a cached answer to be worth the question,
 * but some configures use one before it is asked for, or do more in the asking than
 * answer: 3.13.5 then builds another libmpdec and links without --no-as-needed. So each
 * answer is held against the text of configure, and is kept only if it is asked for
 * before it is used and the asking leaves nothing else behind.
 *
 * They are handed over in a file that CONFIG_SITE names, which leaves no trace in what
 * sysconfig says of the build, as --cache-file would. Only single words that need no
 * quoting rules beyond one pair of quotes are kept, and they are quoted again by us.
 */

#include <stdbool.h>

#include "core/layout.h"
#include "os/fs.h"
#include "os/proc.h"
#include "trust/digest.h"

/* What the answers depend on. */
struct answers_question {
	const struct env *env;		/* that configure gets */
	const char *compiler;		/* absolute path */
	const char *compiler_version;	/* first line of its --version */
	const struct strvec *configure; /* its whole command line */
	const char *source;		/* digest of the archive */
	const char *patch;		/* text, or NULL */
};

/* ERR_FAILED when the compiler cannot be asked where it looks. */
int answers_key(const struct answers_question *question, char ret_key[DIGEST_HEX_SIZE],
		struct err *err) __attribute__((warn_unused_result));

/* The path of the answers for KEY, or NULL: none are kept. Owned by the caller (free). */
char *
answers_site(const struct layout *layout, const char *key) __attribute__((warn_unused_result));

/* Keep those of the configure that ran in SOURCE; the oldest of too many go. */
int answers_keep(const struct layout *layout, const char *key, const struct dir *source,
		 struct err *err) __attribute__((warn_unused_result));

/* The same as a text: what of LOG (config.log) may be kept after CONFIGURE (its text), in
 * the form of the file. For tests. */
void answers_judge(struct str configure, struct str log, struct buf *ret_site);

#endif
