/* SPDX-License-Identifier: MIT */
/* The two faces: pyenv's rules to the letter, or pyvern's own. */
#ifndef PYVERN_CORE_POLICY_H
#define PYVERN_CORE_POLICY_H

/*
 * A face is one constant table of named choices. It is chosen once, from the
 * root's file `face`, and consulted by field; no other code asks which face it
 * is. Allocation-free: the shim uses it.
 */

#include <stdbool.h>

#include "base/str.h"
#include "core/layout.h"

/* Content of $ROOT/face is one of these words and a newline; between them " hooks",
 * where third parties' hooks take part in what a shim does: one read tells a shim both. */
#define POLICY_HOOKS "hooks"

struct policy {
	const char *name; /* "pyvern" or "pyenv" */

	/* A pinned version that is not installed: look for the command in the
	 * next pins and then in system, in silence (pyenv), or stop with 127 and
	 * say who asked (pyvern). */
	bool missing_falls_to_system;

	/* Export PYENV_VERSION to what exec and shims run (pyenv), or only put
	 * the version's bin first on PATH. */
	bool exports_version;

	/* Keep versions/3.13 -> 3.13.5. */
	bool keeps_aliases;

	/* `python3.9` outside the pins runs the newest installed 3.9. */
	bool suffix_runs_installed;

	/* An empty or unusable pin file means `system` (pyenv) instead of being
	 * an error that names file and line. */
	bool unusable_pin_is_system;

	/* A word in a pin that can be no version, but does not lead out of versions/
	 * either, is missing (pyenv) instead of being passed over with a warning. */
	bool odd_words_are_missing;

	/* Environments are listed below each name of their version. */
	bool lists_linked_envs;

	/* The first version of a root becomes its global one. */
	bool first_is_global;

	/* Pins are also read from .python-versions and .tool-versions, and without
	 * any, requires-python of pyproject.toml asks. */
	bool reads_all_pins;

	/* A `.venv` on the way up that this user made or trusts has the commands, before
	 * the pins beside it and above. */
	bool enters_venvs;

	/* Ranges (>=3.11,<3.13) are requests; to pyenv they are names. */
	bool knows_ranges;

	/* Versions are listed in the order of `sort --version-sort`, which knows
	 * numbers in text (pyenv), or family by family. */
	bool sorts_as_text;

	/* `init -` also has a rehash look for new commands before each prompt. */
	bool hooks_prompt;

	/* What somebody has built is installed before anything is built here; pyenv
	 * builds what has a source. */
	bool prefers_prebuilt;

	/* Errors are told in pyenv's words and end with its statuses. */
	bool speaks_pyenv;
};

/* The policy of the face called NAME (blanks around it ignored); pyvern's for
 * an unknown or empty name. Static. */
const struct policy *policy_named(struct str name);

/* The policy of the root whose open folder is ROOT_FD (file `face`), and of
 * LAYOUT's; pyvern's when there is no root yet. */
const struct policy *policy_of_root(int root_fd);
const struct policy *policy_of_layout(const struct layout *layout);

/* The same of an open root, and whether hooks were there at the last rehash. */
const struct policy *policy_of_root_and_hooks(int root_fd, bool *ret_hooks);

/* Write ROOT's face. */
int policy_write(const struct dir *root, const struct policy *policy, bool hooks, struct err *err)
	__attribute__((warn_unused_result));

/* LAYOUT's, when its root is open already (-1: there is none). A root without a face
 * has that of the name that we were called by, until a rehash writes it down. */
const struct policy *policy_of_open_root(const struct layout *layout, int root_fd);

#endif
