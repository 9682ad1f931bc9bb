/* SPDX-License-Identifier: MIT */
/* Installed versions: what is there, and the only ways to change it. */
#ifndef PYVERN_CORE_STORE_H
#define PYVERN_CORE_STORE_H

/*
 * Calling sequence of an installation:
 *
 *	store_open -> store_begin (lock, staging folder) -> fill stage.tree ->
 *	write facts, seed, receipt, manifest below stage.meta -> store_commit
 *
 * A version appears by one rename out of .staging and disappears by one rename
 * into it; replacing exchanges the two, so the old tree exists until the new
 * one is in place. A stage that is not committed is removed by stage_reset();
 * one whose owner died is swept by the next store_begin() or store_remove().
 * Readers never lock.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/event.h"
#include "core/layout.h"
#include "core/policy.h"
#include "core/provenance.h"
#include "core/version.h"

struct store {
	const struct layout *layout; /* borrowed */
	const struct policy *policy;
	struct dir root;     /* not open (-1) when there is no root yet */
	struct dir versions; /* not open when there is none */
};

/* In the root: what we keep of an adopted Python that is a link (its facts, its seed),
 * since nothing is put into its own folder. */
#define STORE_ADOPTED ".adopted"

#define STORE_INIT                                     \
	{                                              \
		.root = DIR_INIT, .versions = DIR_INIT \
	}

/* Open for reading; a missing root is an empty store, not an error. A store that
 * could not be opened is left as STORE_INIT. */
int store_open(const struct layout *layout, struct store *ret_store, struct err *err)
	__attribute__((warn_unused_result));
/* Open for a change: makes the root when missing (layout_prepare_root). */
int store_open_writable(const struct layout *layout, const char *what, struct store *ret_store,
			struct err *err) __attribute__((warn_unused_result));
void store_reset(struct store *store);
#define cleanup_store cleanup_with(store_reset)

enum entry_kind {
	ENTRY_VERSION, /* a folder, ours or pyenv's */
	ENTRY_ALIAS,   /* our own versions/3.13 -> 3.13.5 */
	ENTRY_LINK,    /* a user's link: adopted Python, own alias, named environment */
	ENTRY_ENV,     /* versions/V/envs/E */
};

struct entry {
	char *name; /* "3.13.5", "3.12.1/envs/shop" */
	enum entry_kind kind;
	char *target; /* text of the link when it is one; else NULL */
};

enum store_list_flags {
	STORE_LIST_ENVS = 1 << 0,	 /* also V/envs/E */
	STORE_LIST_ALIASES = 1 << 1,	 /* also our own aliases */
	STORE_LIST_LINKED_ENVS = 1 << 2, /* also those below links to other versions */
};

struct entries {
	struct entry *items;
	size_t count;
};

/* Folders and links to folders in versions/ (dot names of ours left out), in
 * version_compare order. */
int store_list(const struct store *store, unsigned flags, struct entries *ret_entries,
	       struct err *err) __attribute__((warn_unused_result));
void entries_reset(struct entries *entries);
#define cleanup_entries cleanup_with(entries_reset)

/* Does the text TARGET of a link in versions/ lead to versions/NAME or below it
 * (NAME "": to versions/ itself or below)? Looks at texts only. */
bool store_leads_into(const struct store *store, const char *target, const char *name);

/* The installed name that TEXT (a request) stands for: an exact name, else the
 * newest that matches; an alias of ours gives its target. NULL (no error) when
 * none is installed or TEXT is `system`. Owned by the caller (free). */
char *store_find(const struct store *store, const char *text);

/* Absolute path of the installed version NAME. Owned by the caller (free). */
char *store_path(const struct store *store, const char *name) __attribute__((warn_unused_result));

/*
 * Facts of a version: `key=value` lines in versions/NAME/.pyvern/facts, written
 * at installation, so that nothing needs to run a Python to know them.
 */
struct facts {
	char *implementation; /* "cpython" */
	char *version;	      /* "3.13.5" */
	char *abi;	      /* "cpython-313", SOABI's first part */
	char *stdlib;	      /* relative to the prefix: "lib/python3.13" */
	char *platlib;	      /* relative: "lib/python3.13/site-packages" */
	char *executable;     /* relative: "bin/python3.13" */
	char *executables;    /* names in bin that are the interpreter, blank-separated:
			       * "python python3 python3.13" */
	char *wheels;	      /* relative paths of bundled wheels (pip, setuptools; one of
			       * each), blank-separated; "" when it has none */
	char *prefix;	      /* of an adopted Python whose folders it shares with others
			       * (store_adopt): the absolute prefix that stdlib, platlib
			       * and wheels are below; else NULL */
	char *base;	      /* of a virtual environment: absolute prefix of the Python that
			       * it was made from, which all other facts describe; else
			       * NULL. Never written to the file. */
};

/* Facts of NAME; a version without the file (pyenv's, adopted) is looked at by
 * facts_derive. ERR_NOT_INSTALLED when there is no such folder, ERR_FAILED when
 * it is no Python. */
int facts_read(const struct store *store, const char *name, struct facts *ret_facts,
	       struct err *err) __attribute__((warn_unused_result));
/* The facts in TEXT, a facts file's; false when one is missing. A value that would
 * lead out of the prefix is passed over, so that one is missing then. */
bool facts_parse(struct str text, struct facts *ret_facts);
/* Work out the facts of the Python tree in TREE by looking at its files:
 * pyvenv.cfg, lib/pythonX.Y, patchlevel.h, bin, ensurepip. Runs nothing. */
int facts_derive(const struct dir *tree, struct facts *ret_facts, struct err *err)
	__attribute__((warn_unused_result));
/* As facts_derive, of the one Python of several in TREE whose language is ONLY ("3.11",
 * "3.13t"; NULL: the newest). */
int facts_derive_language(const struct dir *tree, const char *only, struct facts *ret_facts,
			  struct err *err) __attribute__((warn_unused_result));
/* The wheels that the Python in TREE brings, as `wheels` has them. Owned by the caller. */
char *facts_find_wheels(const struct dir *tree, const char *stdlib);
/* Write the facts of a tree in a stage, which store_commit() syncs as a whole. */
int facts_write(const struct dir *meta, const struct facts *facts, struct err *err)
	__attribute__((warn_unused_result));
/* All texts of FROM, copied. */
void facts_copy(const struct facts *from, struct facts *ret);
void facts_reset(struct facts *facts);
#define cleanup_facts cleanup_with(facts_reset)

/* A version in the making. */
struct stage {
	const struct store *store;   /* borrowed */
	char *name;		     /* the version's final name */
	char *final_path;	     /* where it will be: prefix to compile in */
	struct lock lock;	     /* of this version, held until stage_reset */
	struct dir work;	     /* .staging/ID, 0700: build folder, DESTDIR, … */
	char *work_name;	     /* ID */
	struct dir tree;	     /* what will be versions/NAME; opened by store_stage_tree */
	char *tree_path;	     /* the same, relative to work */
	const struct events *events; /* borrowed; may be NULL */
	struct dir staging;	     /* the folder that work is in */
	struct lock owner;	     /* on a file in work: tells sweepers that we live */
};

#define STAGE_INIT                                                                          \
	{                                                                                   \
		.lock = LOCK_INIT, .work = DIR_INIT, .tree = DIR_INIT, .staging = DIR_INIT, \
		.owner = LOCK_INIT                                                          \
	}

/* Lock NAME and make a staging folder. Sweeps stages whose owner is gone. If
 * another process holds the lock, EVENTS says so and this waits. */
int store_begin(const struct store *store, const char *name, const struct events *events,
		struct stage *ret_stage, struct err *err) __attribute__((warn_unused_result));

/* A staging folder for something that is tried, of no version: only `work` is there. */
int store_begin_scratch(const struct store *store, struct stage *ret_stage, struct err *err)
	__attribute__((warn_unused_result));

/* As store_begin, for an environment: V/envs/E, or a name of its own in versions/.
 * It gets its place by venv/named, not by store_commit(). */
int store_begin_env(const struct store *store, const char *name, const struct events *events,
		    struct stage *ret_stage, struct err *err) __attribute__((warn_unused_result));

/* As store_begin, for what is kept of a Python outside under NAME (store_open_outside). */
int
store_begin_outside(const struct store *store, const char *name, const struct events *events,
		    struct stage *ret_stage, struct err *err) __attribute__((warn_unused_result));

/* Say which folder below stage->work (a relative path of our own making, as
 * "dest/home/x/.pyenv/versions/3.13.5") is the tree, and open it. No part of it
 * may be a link. */
int store_stage_tree(struct stage *stage, const char *relative, struct err *err)
	__attribute__((warn_unused_result));

enum commit_flags {
	COMMIT_REPLACE = 1 << 0,    /* exchange with an installed one of that name */
	COMMIT_NO_SYNC = 1 << 1,    /* skip the sync before the rename */
	COMMIT_NO_DEFAULT = 1 << 2, /* the first version of a root is not made global */
	COMMIT_TRYING = 1 << 3,	    /* the alias leads to it only after store_switch_alias() */
};

/* Give the staged tree its final name. Needs facts, receipt and manifest in
 * tree/.pyvern and a PROVENANCE that is not NONE (ERR_CHECK otherwise: a bug).
 * ERR_PROTECTED when NAME exists and flags do not say REPLACE. When replacing,
 * environments below the old V/envs are carried over and other packages that a
 * user added are named in a warning. Afterwards: aliases (policy) and, for the
 * first version of a root without a global file, that file; *RET_FIRST says so. */
int store_commit(struct stage *stage, const struct provenance *provenance, unsigned flags,
		 bool *ret_first, struct err *err) __attribute__((warn_unused_result));

/* What store_commit() does after NAME has its place, for one that has it already: who was
 * killed in between has left it undone. Nothing for a version that pyvern has not
 * installed, or where versions/ cannot be written. */
int store_settle(const struct store *store, const char *name, bool *ret_first, struct err *err)
	__attribute__((warn_unused_result));

/* Make NAME the global version if nobody chose one and there are no versions but those of
 * TOGETHER, which came with it (NAME may be among them); *RET_FIRST says so. Only for a
 * face whose policy wants that. */
int store_choose_first(const struct store *store, const char *name, const struct strvec *together,
		       bool *ret_first, struct err *err) __attribute__((warn_unused_result));

/*
 * For a Python that is to be at PATH (absolute, clean), which is not in versions/ and need
 * not be in the root: python-build's. A folder that is missing, or empty, is made by one
 * rename of a tree that was staged beside it. One that has something in it, or that
 * no rename can replace (a link, the root of a file system), stays: the whole tree is
 * staged in it and then moved over what is there, name by name, `bin` last, when it is
 * known that nothing of another kind is in the way. Such a tree goes without .pyvern. A
 * stage whose owner died is swept by the next one for a place beside it.
 */
int store_begin_at(const struct store *store, const char *path, const struct events *events,
		   struct stage *ret_stage, struct err *err) __attribute__((warn_unused_result));
/* Put it there; of the flags only COMMIT_NO_SYNC matters. ERR_PROTECTED when something
 * is in the way. */
int store_commit_at(struct stage *stage, const struct provenance *provenance, unsigned flags,
		    struct err *err) __attribute__((warn_unused_result));

/* Remove what those left that were killed at work, best effort. */
void store_sweep(const struct store *store);
/* Bytes that this would free. */
uint64_t store_left(const struct store *store);

/* Release; removes what was not committed. */
void stage_reset(struct stage *stage);
#define cleanup_stage cleanup_with(stage_reset)

/*
 * A Python that is somewhere else and stays there. Either versions/NAME becomes a link
 * to PREFIX, a folder of that Python's own, or, where it shares its folders with others
 * (/usr), NAME is a folder of ours whose bin only leads to its PROGRAMS. No
 * byte of a Python comes into the store by this, so there is nothing that provenance
 * could vouch for: who adopts trusts what is there already, and the caller has looked
 * whether others may change it.
 */
struct adoption {
	const char *name;
	const char *prefix; /* absolute */
	/* "NAME=TARGET": links to make in bin, absolute targets (NAME-config: a script that
	 * calls it at its own place); none: a link to PREFIX. */
	const struct strvec *programs;
	/* Written down with PROGRAMS, and for a link whose files do not tell them; NULL. */
	const struct facts *facts;
};

/* ERR_PROTECTED when there is something called so. Makes our aliases right. */
int store_adopt(const struct store *store, const struct adoption *adoption,
		const struct events *events, struct err *err) __attribute__((warn_unused_result));

/* Where NAME's Python was adopted from, if it was (a link that leads out of versions/,
 * or a folder of store_adopt); NULL otherwise. *RET_GONE: it is not there any more.
 * Owned by the caller (free). */
char *store_adopted_from(const struct store *store, const char *name, bool *ret_gone);

/* The folder in which we keep what we know of NAME (its seed): versions/NAME/.pyvern, or,
 * for a link that leads out of versions/, .adopted/NAME in the root, since nothing is put
 * into its own folder. With MAKE it is made. What was kept of another Python, that the
 * link led to before, is none: missing (err->sys ENOENT), or removed with MAKE. */
int store_open_meta(const struct store *store, const char *name, bool make, struct dir *ret_meta,
		    struct err *err) __attribute__((warn_unused_result));

/* The folder .adopted/NAME in the root, in which we keep what we know of the Python REAL
 * (absolute), which is no version of the store. As above otherwise. */
int store_open_outside(const struct store *store, const char *name, const char *real, bool make,
		       struct dir *ret_meta, struct err *err) __attribute__((warn_unused_result));

/* Take NAME (a version, an environment V/envs/E, a link) out of versions/ by one
 * rename, then remove the links in versions/ that pointed into it, make our aliases
 * right, and delete its files. *RET_FREED (may be NULL): bytes. For a link, only the
 * link goes. ERR_NOT_INSTALLED when there is nothing of that name; ERR_FAILED "NAME is
 * gone, but not all of its files" when some cannot be deleted. */
int store_remove(const struct store *store, const char *name, const struct events *events,
		 uint64_t *ret_freed, struct err *err) __attribute__((warn_unused_result));

/* Make our aliases right for what is installed (policy->keeps_aliases); never
 * touches a name that a user made. */
int store_refresh_aliases(const struct store *store, struct err *err)
	__attribute__((warn_unused_result));

/* Is versions/NAME an alias of ours? */
bool store_is_alias(const struct store *store, const char *name);

/* In the root: a file for each alias with what it has led to (store_generations). */
#define STORE_GENERATIONS ".generations"

/* What an alias of ours has led to, and what it must not lead to although that is newer. */
struct generations {
	struct strvec was;    /* before, the oldest first; some may be gone */
	struct strvec left;   /* rolled back from */
	struct strvec trying; /* an upgrade has installed it and not tried it yet */
};
/* 0 with nothing in *RET: there is no such file. Never take an error for that: what is written
 * next would forget all. */
int store_generations(const struct store *store, const char *alias, struct generations *ret,
		      struct err *err) __attribute__((warn_unused_result));
void generations_reset(struct generations *g);
#define cleanup_generations cleanup_with(generations_reset)

/* Have ALIAS ("3.13") lead to the installed NAME of its series, an older or a newer one, at one
 * stroke; from an older one it can go back again. */
int store_switch_alias(const struct store *store, const char *alias, const char *name,
		       struct err *err) __attribute__((warn_unused_result));

/* Names of the packages that the version OLD has in its own site-packages and the version NEW
 * does not, without those that a Python comes with. */
void store_packages_missing(const struct store *store, const char *old, const char *new,
			    struct strvec *ret_names);

/* What ALIAS led to before, if that is installed still, in *RET (owned by the caller, free);
 * else NULL. */
int store_generation_before(const struct store *store, const char *alias, char **ret,
			    struct err *err) __attribute__((warn_unused_result));

/* The names of our aliases that are not right any more: something that does not know
 * them (pyenv, rm) took or brought versions. */
int store_check_aliases(const struct store *store, struct strvec *ret_names, struct err *err)
	__attribute__((warn_unused_result));

#endif
