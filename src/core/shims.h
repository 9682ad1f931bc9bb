/* SPDX-License-Identifier: MIT */
/* The shims folder: one hard link to the shim program per command. */
#ifndef PYVERN_CORE_SHIMS_H
#define PYVERN_CORE_SHIMS_H

/*
 * $ROOT/shims/.pyvern-shim is a copy of the installed shim program; each shim is
 * a hard link to it (a copy where links fail), so that a shim's real path and
 * name stay inside shims/. Rehash compares what should be there with what is
 * and changes only the difference, each by link-to-temporary and rename, under
 * the short shims lock; a reader never sees a missing shim for a command that
 * exists. It also writes the link $ROOT/.pyvern to the program that hands-over
 * goes to, and the root's `face` when it puts the first shim program there.
 *
 * A shim is made for each executable, and goes when no bin folder has a file of its
 * name any more: a command that lost its executable bit keeps it. (pyenv makes shims
 * for files that never were executable, too: `activate` and its like, which nothing
 * could start.) So all that takes a shim away shows in a folder's times, and what
 * brings one, in these and in the few files that are not executable. The file
 * $ROOT/.rehashed has them: a rehash with nothing to do looks at two paths for each
 * version, at one for each environment and each such file, and at nothing else.
 *
 * In a root that pyenv used, pyenv's bash shims are replaced. Whatever else is
 * in the folder and is not ours stays, and a warning says so.
 */

#include "base/err.h"
#include "base/event.h"
#include "core/store.h"

struct shims_result {
	unsigned added;
	unsigned removed;
	unsigned kept;
	/* A hook of `rehash` ended it before anything was done, with this status; pyenv's
	 * command would end with it. */
	bool hook_ended;
	int hook_status;
};

/* Make the shims right. STORE has a root. Where nothing is to do, this also works
 * in a root that this user cannot write; else ERR_FAILED "cannot rehash: DIR is
 * not writable". */
int
shims_rehash(const struct store *store, const struct events *events,
	     struct shims_result *ret_result, struct err *err) __attribute__((warn_unused_result));

/* What a rehash would find to do. */
struct shims_state {
	bool exists;		   /* there is a shims folder */
	bool is_current;	   /* its shims are of this pyvern, and hand over to it */
	bool stamp_lies;	   /* $ROOT/.rehashed says that all is well, and it is not */
	bool hooks_decide;	   /* there are hooks of rehash, which would have to be run: not
				    * counted */
	struct shims_result wants; /* added: commands without a right shim */
};

/* Look, and change nothing. Files in the folder that are no shims are told to STRANGERS
 * as warnings. STORE has a root. */
int shims_check(const struct store *store, const struct events *strangers,
		struct shims_state *ret_state, struct err *err) __attribute__((warn_unused_result));

/* A rehash in passing, when a program is started: a script that came in a way that we
 * did not see (uv, a copy) gets its shim. Without a word, without waiting for another
 * rehash, and nothing where all is well at the looks that $ROOT/.rehashed needs, where
 * the root cannot be written, or where the shims are not ours. */
void shims_refresh(const struct layout *layout);

/* The same where only the programs in the folder BIN are new: nothing, if all of them have
 * shims. A rehash looks at everything else that is known; who makes an environment need not
 * wait for that. (What is noted in $ROOT/.rehashed has the registry's folder, so that the
 * next look that counts sees the new one.) */
void shims_refresh_for(const struct layout *layout, const char *bin);

#endif
