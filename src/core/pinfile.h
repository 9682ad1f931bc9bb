/* SPDX-License-Identifier: MIT */
/* Pin files: `.python-version`, the root's `version`, and what other tools write. */
#ifndef PYVERN_CORE_PINFILE_H
#define PYVERN_CORE_PINFILE_H

/*
 * Reading allocates nothing: the shim does it. What is read can be anybody's (a
 * cloned repository, /tmp), so only small regular files of root, of the caller or
 * of the folder's owner are read, and nothing that is in them is believed to be a
 * name until core/version says so.
 *
 * Sources: facts/pyenv.md, version-file-read; uv's concepts/python-versions page;
 * asdf's configuration page and mise's, for .tool-versions; PEP 621 and Poetry's
 * pyproject page, for requires-python.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "core/toml.h"
#include "os/fs.h"

#define PINFILE_NAME ".python-version"
#define PINFILE_UV ".python-versions"
#define PINFILE_TOOLS ".tool-versions"
#define PINFILE_PROJECT "pyproject.toml"

enum pin_dialect {
	/* The first word of each line is a request; lines that are blank or whose
	 * first word begins with # say nothing; later words are ignored. */
	PIN_PYENV,
	/* The same, and blanks may stand around the operators and commas of a range
	 * (>=3.11, <3.13). */
	PIN_LINES,
	/* asdf's and mise's: a tool and its versions on each line, # begins a comment
	 * anywhere. The first line of `python` is read. */
	PIN_TOOLS,
	/* pyproject.toml: what [project] requires-python says, or Poetry's python. */
	PIN_PROJECT,
};

/* The dialect of a file called NAME (a path's last component), if DIALECTS are known
 * here beside pyenv's. */
enum pin_dialect pinfile_dialect(struct str name, bool dialects);

/* 4 KiB: a hundred versions fit; more is something else than a pin. */
#define PIN_FILE_MAX 4096
/* 16 KiB: a line for each of hundreds of tools. */
#define PIN_TOOLS_MAX 16384
/* Versions in one pin; bounds what the shim keeps on its stack. */
#define PIN_WORDS_MAX 64

struct pin_word {
	struct str text; /* borrows from the pin's text */
	unsigned line;	 /* from 1; 0: not from a file */
};

enum pin_status {
	PIN_ABSENT,
	PIN_PASSED_OVER, /* there, and not a pin file: the search goes on */
	PIN_UNUSABLE,	 /* a pin file that says nothing we can use: the search ends */
	PIN_READ,	 /* words[] has one word or more */
};

struct pin {
	enum pin_status status;
	const char *why; /* PASSED_OVER, UNUSABLE: a few words; static */
	unsigned line;	 /* UNUSABLE: of what; 0: of the whole file */
	bool is_link;	 /* its text may be a secret that a link points to */
	size_t count;
	struct pin_word words[PIN_WORDS_MAX];
	char text[PIN_TOOLS_MAX + 1];
};

/* Read the pin file at PATH, relative to DIR_FD (AT_FDCWD for the working
 * folder), into *RET. Never blocks, never fails: see status. */
void pinfile_read(int dir_fd, const char *path, enum pin_dialect dialect, struct pin *ret);

/* Take TEXT apart into words (of all dialects but PROJECT); false when there are more
 * than PIN_WORDS_MAX. *RET_LINE, in TOOLS: the line of `python`, or 0. */
bool pinfile_parse(enum pin_dialect dialect, struct str text, struct pin_word *words,
		   size_t *ret_count, unsigned *ret_line);

/* Take the one request of a pyproject.toml: fills all of *RET but is_link. */
void pinfile_parse_project(struct toml_input input, struct pin *ret);

/* Replace the pin file NAME below DIR by the COUNT words WORDS, one a line, which
 * is what pyenv reads. */
int pinfile_write(const struct dir *dir, const char *name, char *const *words, size_t count,
		  struct err *err) __attribute__((warn_unused_result));

#endif
