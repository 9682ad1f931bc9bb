/* SPDX-License-Identifier: MIT */
/* What is chosen here: selection for the commands, and its errors in words. */
#ifndef PYVERN_CORE_CHOICE_H
#define PYVERN_CORE_CHOICE_H

/*
 *	cleanup_choice struct choice choice = CHOICE_INIT;
 *	struct finding found;
 *	choice_make(layout, policy, NULL, &choice);
 *	selection_find(&choice.selection, "python", &found);
 *	if (!choice_is_found(&found))
 *		return choice_error(&choice, "python", &found, true, err);
 *
 * A choice is as large as its selection, points into itself (do not copy it)
 * and borrows its layout.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/event.h"
#include "core/hooks.h"
#include "core/layout.h"
#include "core/policy.h"
#include "core/selection.h"

struct choice {
	const struct layout *layout;
	struct dir root; /* not open when there is none */
	struct selection_input input;
	struct selection selection;
	char *hooked; /* what version-name hooks have chosen, which selection borrows */
};

/* Only what choice_reset() needs: the rest is filled by choice_make(). */
#define CHOICE_INIT              \
	{                        \
		.root = DIR_INIT \
	}

/* Look from layout's folders; RECORDER may be NULL. A missing root is none. */
void choice_make(const struct layout *layout, const struct policy *policy,
		 const struct selection_recorder *recorder, struct choice *ret);
void choice_reset(struct choice *choice);

/* Let version-name hooks say what is chosen (facts/pyenv.md, version-name). Where a
 * hook ended the command, RET_END says so, and what it printed is chosen. */
int choice_ask_hooks(struct choice *choice, struct hook_end *ret_end, struct err *err)
	__attribute__((warn_unused_result));

/* The names of what is chosen, joined with `:`; what is not installed as it stands
 * (KEEP_MISSING) or not at all. Owned by the caller (free). */
char *choice_name(struct choice *choice, bool keep_missing) __attribute__((warn_unused_result));

/* What version-origin hooks say in *RET_ORIGIN; owned by the caller (free), NULL when
 * they say nothing. */
int choice_ask_origin(const struct choice *choice, char **ret_origin, struct hook_end *ret_end,
		      struct err *err) __attribute__((warn_unused_result));
#define cleanup_choice cleanup_with(choice_reset)

/* What set the versions, as pyenv says it: what version-origin hooks say, else a path, or "PYENV_VERSION environment
 * variable"; the global file's path when nothing did (facts/pyenv.md,
 * version-origin). Owned by the caller (free). */
char *choice_origin(const struct choice *choice) __attribute__((warn_unused_result));

/* The same, whatever hooks say. */
char *choice_origin_unhooked(const struct choice *choice) __attribute__((warn_unused_result));

/* Who asks for item I: "/home/x/api/.python-version:1", "PYENV_VERSION". Owned by
 * the caller (free). */
char *choice_asker(const struct choice *choice, size_t i) __attribute__((warn_unused_result));

static inline bool
choice_is_found(const struct finding *found)
{
	return found->kind == FOUND_IN_VERSION || found->kind == FOUND_IN_VENV ||
	       found->kind == FOUND_IN_SYSTEM;
}

/* The installed versions and environments that have COMMAND, in the order of lists;
 * FLAGS as for store_list. A store that cannot be read has none. */
void choice_versions_with(const struct choice *choice, const char *command, unsigned flags,
			  struct strvec *ret_names);

/* Why COMMAND was not found: ERR_NO_COMMAND with who asked and what to do.
 * ADVICE: also name the installed versions that have it. Returns -1. */
int choice_error(struct choice *choice, const char *command, const struct finding *found,
		 bool advice, struct err *err);

/* If an adopted version that TEXT asks for is gone, hang that and what to do below a set
 * ERR. False: it is not, and nothing was said. */
bool choice_explain_gone(const struct choice *choice, struct str text, struct err *err);

/* ERR_NOT_INSTALLED that names all missing items, or ERR_FAILED for a pin that
 * says nothing; 0 when there is neither. */
int choice_check(struct choice *choice, struct err *err) __attribute__((warn_unused_result));

/* Warn, in one line, of items that are no versions while others are used: with
 * file and line. After a search or a check. */
void choice_warn(const struct choice *choice, const struct events *events);

/* What the range REQUIRED (a project's) says of the version NAME, of whatever
 * implementation; UNKNOWN for names that do not say which Python they are. */
enum verdict { VERDICT_UNKNOWN, VERDICT_AGREES, VERDICT_CONTRADICTS };
enum verdict choice_verdict(struct str required, const char *name);

/* Warn, in one line, when ASKER asks for WORD and the project's requires-python forbids
 * it. Commands that show or set what is pinned say so, and whatever runs a program does
 * not: it would be said a hundred times in a build, into outputs that are read. */
void choice_warn_of_project(const struct choice *choice, struct str word, const char *asker,
			    const struct events *events);
/* The same for the first version of the pin that was chosen, if one was. */
void choice_warn_of_pin(const struct choice *choice, const struct events *events);

/* Can word I of PIN, read from PLACE, be a version, and be shown? If not, a warning
 * says so. */
bool choice_word_ok(const struct selection_input *in, const struct pin *pin, size_t i,
		    const char *place, const struct events *events);

#endif
