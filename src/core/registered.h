/* SPDX-License-Identifier: MIT */
/* Is this environment one that the user made or trusts? */
#ifndef PYVERN_CORE_REGISTERED_H
#define PYVERN_CORE_REGISTERED_H

/*
 * The reading part of the registry of environments (venv/registry has the rest). A
 * project's files choose no Python: a `.venv` counts only where this user's own record
 * says so. The shim may ask, so nothing here allocates or prints; buffers are on the
 * stack (about 40 KiB), and what does not fit is no record.
 *
 *	$XDG_STATE_HOME/pyvern/ROOT-ID/venvs/KEY	one environment
 *	$XDG_STATE_HOME/pyvern/ROOT-ID/pins/KEY		one pin file that we wrote
 *	$XDG_STATE_HOME/pyvern/ROOT-ID/changed		another text after each change of venvs/
 *
 * ROOT-ID and KEY are digests of paths, for file names only: the path in the record is
 * what counts, and of two with one key the later record is there.
 *
 * An environment is registered when the record is the user's own (nobody else may write
 * it) and names this path, this inode and the id that pyvenv.cfg has. The id is random: a
 * folder that was cloned or unpacked cannot have it, and one that was taken away and made
 * anew has not. The device's number is recorded and NOT compared: of btrfs, overlay, NFS
 * and tmpfs it is another one after each mount, and a place with another device mounted
 * over it has no id that agrees.
 *
 * Sources: XDG base directory specification (relative paths are to be ignored);
 * RFC draft eastlake-fnv for FNV-1a.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/str.h"

#define REGISTERED_VENVS "venvs"
#define REGISTERED_PINS "pins"
#define REGISTERED_CHANGED "changed"
/* The line of pyvenv.cfg with the id: 128 random bits in hexadecimal digits. */
#define REGISTERED_ID_KEY "pyvern-id"
#define REGISTERED_ID_LENGTH 32
/* A key as text, with its NUL. */
#define REGISTERED_KEY_SIZE 17
/* 16 KiB: a path, a base and a dozen short lines. */
#define REGISTERED_MAX ((size_t)16 * 1024)
/* The first line of each record. */
#define REGISTERED_FORMAT "format = 1"

enum registered_how {
	REGISTERED_MADE,    /* by a command of ours */
	REGISTERED_TRUSTED, /* the user said so */
	REGISTERED_FORCED,  /* the user said so, although others may change it */
	REGISTERED_FOUND,   /* seen by a scan: known, and never entered */
};

/* A record; the texts borrow from what it was read from. */
struct registered {
	struct str path;    /* absolute and clean */
	struct str base;    /* name of a version, or a prefix; may be empty */
	struct str follows; /* alias that the base is reached through; or empty */
	struct str id;
	uint64_t device;
	uint64_t inode;
	uint64_t made; /* Unix seconds */
	enum registered_how how;
};

/* FNV-1a (64 bits) of TEXT in RET_KEY: 16 lower-case hexadecimal digits and a NUL. */
void registered_key(struct str text, char *ret_key);

/* The folder for ROOT (absolute, clean) in RET_PATH (PATH_TEXT_MAX bytes), from the
 * values of XDG_STATE_HOME and HOME (NULL: not set). False: there is none. */
bool registered_folder(const char *state_home, const char *home, const char *root, char *ret_path);

/* The path of the open folder FD without links, in RET_PATH (PATH_TEXT_MAX bytes): records are
 * by such paths, since a project can be reached by several. PATH itself where the system
 * does not tell, or it is too long. */
void registered_real_path(int fd, const char *path, char *ret_path);

/* Read TEXT, a record's. False for anything that we would not write: a missing or
 * unknown line, a path that is not absolute, a control character. */
bool registered_parse(struct str text, struct registered *ret);

/* The word for HOW in records: "made", "trusted", "forced", "found". Static. */
const char *registered_how_name(enum registered_how how);

/* The id that TEXT, a pyvenv.cfg's, has; empty when it has none that could be ours. */
struct str registered_id_of(struct str text);

enum registered_state {
	REGISTERED_NOT,	    /* no record, or one that only says that it was found */
	REGISTERED_DIFFERS, /* what is there now is not what was made or trusted */
	REGISTERED_OURS,
};

/* Seconds after which a use is written down again. */
#define REGISTERED_USE_EVERY_S ((int64_t)24 * 60 * 60)

/* What the record in FOLDER (registered_folder) says of the environment at PATH (absolute,
 * clean), whose open folder has the status ENV and whose pyvenv.cfg is open at CFG_FD, at
 * its beginning. The folder, too, has to be the user's or root's, unless he said that it
 * need not. */
enum registered_state
registered_look(const char *folder, const char *path, const struct stat *env, int cfg_fd);

/* The environment at PATH is used: the record's time says so, a day late at most. Never fails;
 * where there is no record, or it cannot be written, nothing is said. */
void registered_use(const char *folder, const char *path);

/* The path (in RET_PATH, PATH_TEXT_MAX bytes) of the environment of the record that is called KEY
 * in FOLDER; false when it is not REGISTERED_OURS (errno 0), or that cannot be seen (errno). */
bool registered_place(const char *folder, const char *key, char *ret_path);

#endif
