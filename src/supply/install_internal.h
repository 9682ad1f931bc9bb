/* SPDX-License-Identifier: MIT */
/* What the files of supply/install share; nobody else includes it. */
#ifndef PYVERN_SUPPLY_INSTALL_INTERNAL_H
#define PYVERN_SUPPLY_INSTALL_INTERNAL_H

/*
 * install.c is the frame: request, lock, stage, one way after the other, commit. A
 * way (install_source, install_prebuilt) gets a candidate's file and makes of it a
 * staged tree that can be committed, with install_complete's help.
 */

#include "core/store.h"
#include "os/proc.h"
#include "supply/build.h"
#include "supply/definition.h"
#include "supply/fetch.h"
#include "supply/install.h"
#include "supply/install_choice.h"
#include "supply/install_rules.h"
#include "supply/install_turns.h"
#include "supply/receipt.h"
#include "supply/signature.h"
#include "supply/unpack.h"

/* One installation on its way. */
struct install_work {
	const struct install_options *options;
	const char *request;
	struct install_rules rules;
	struct install_choice choice;
	char *name; /* of its folder: the version's, unless the caller has another */
	struct version version;
	struct build_settings settings; /* `env` is the environment of all that we start */
	struct store store;
	struct stage stage;
	const struct install_candidate *candidate; /* that is tried now */
	struct fetched archive;
	struct facts facts;
	struct receipt receipt; /* borrows from all these */
	struct signature signature;
	const char *patch; /* what is applied to the source: the user's, or ours; NULL */
	char *own_patch;   /* ours; NULL: none */
	char *own_names;   /* then its files, "openssl3.patch" */
	char *packages;	   /* what pip's seed holds; NULL: none */
};

/* Get one of the candidate's artifacts; FOLLOWER (may be NULL) sees its bytes arrive. */
int install_fetch(struct install_work *w, const struct fetch_follower *follower, struct err *err)
	__attribute__((warn_unused_result));

/* Does what was fetched with OPTIONS have a signature that holds? ERR_CHECK for one that does
 * not, and where one is required, for none. */
int install_check_signature(struct install_work *w, const struct fetch_options *options,
			    struct err *err) __attribute__((warn_unused_result));
bool install_requires_signature(const struct install_options *options);
/* Keep one that holds in META. */
int install_keep_signature(const struct install_work *w, const struct dir *meta, struct err *err)
	__attribute__((warn_unused_result));

/* What the rules require of the artifact of a file (IS_FILE) or of a receipt, of a definition's
 * packages, and of what was fetched: ERR_RULE. */
int install_rules_check_named(const struct install_rules *rules, const struct catalog_named *named,
			      bool is_file, struct err *err) __attribute__((warn_unused_result));
int install_rules_check_definition(const struct install_rules *rules,
				   const struct definition *definition, struct err *err)
	__attribute__((warn_unused_result));
int install_rules_check_fetched(const struct install_work *w, struct err *err)
	__attribute__((warn_unused_result));
/* The same of its signature, after install_check_signature(). */
int install_rules_check_signed(const struct install_work *w, struct err *err)
	__attribute__((warn_unused_result));
/* Say in ERR, which install_check_signature() has set, which rule asks for one. Returns -1. */
int install_rules_say_signature(const struct install_work *w, struct err *err);
/* Is a signature required of what was fetched (w->receipt.artifact)? */
bool install_rules_require_signature(const struct install_work *w);

/* Say of which version ERR is, and whether the disk is full. Returns -1. */
int install_fail(const struct install_work *w, struct err *err);

/* Is there room for BYTES more in the stage? */
int install_check_space(const struct install_work *w, uint64_t bytes, struct err *err)
	__attribute__((warn_unused_result));

/* Have the receipt say how the archive was unpacked, which began at START (platform_now_ms). */
void
install_note_unpacked(struct install_work *w, const struct unpack_result *result, int64_t start);

/* What is not as CPython's own makefile would have it, and what made it quicker, for people.
 * Owned by the caller (free). */
char *install_describe_build(const struct install_work *w, const struct build_report *report)
	__attribute__((warn_unused_result));

/* Make a folder in the stage that has ccache by the compilers' names. *RET_PATH, owned by the
 * caller (free): NULL where SETTINGS have none. */
int install_mask_compilers(const struct install_work *w, const struct build_settings *settings,
			   char **ret_path, struct err *err) __attribute__((warn_unused_result));

/* Open the folder in which --keep leaves what NAME was built in, empty: SOURCES/NAME. */
int install_open_sources(const struct install_work *w, struct dir *ret, struct err *err)
	__attribute__((warn_unused_result));

/*
 * The ways, from the candidate to a stage that can be committed. What they leave of
 * themselves (logs) is in RESULT, also after an error. ERR_NETWORK and ERR_NOT_CACHED
 * mean that nothing has begun and another way may be tried.
 */
int install_from_source(struct install_work *w, struct install_result *result, struct err *err)
	__attribute__((warn_unused_result));
int install_from_standalone(struct install_work *w, struct install_result *result, struct err *err)
	__attribute__((warn_unused_result));
int install_from_definition(struct install_work *w, struct install_result *result, struct err *err)
	__attribute__((warn_unused_result));
int install_from_installer(struct install_work *w, struct install_result *result, struct err *err)
	__attribute__((warn_unused_result));

/* From the staged tree, whose facts are known, to one that can be committed: probe, pip,
 * receipt, manifest. */
int install_complete(struct install_work *w, struct install_result *result, struct err *err)
	__attribute__((warn_unused_result));

#endif
