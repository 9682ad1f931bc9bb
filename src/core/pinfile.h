/* SPDX-License-Identifier: MIT */
/* Pin files: `.python-version` and the root's `version`. */
#ifndef PYVERN_CORE_PINFILE_H
#define PYVERN_CORE_PINFILE_H

/*
 * The first word of each line is a request; blank lines and lines whose first
 * word begins with `#` say nothing; later words are ignored (facts/pyenv.md,
 * version-file-read). Reading allocates nothing: the shim does it. What is read
 * can be anybody's (a cloned repository, /tmp), so only small regular files of
 * root, of the caller or of the folder's owner are read, and nothing that is in
 * them is believed to be a name until core/version says so.
 *
 * Other dialects (`.python-versions`, `.tool-versions`) are parsers beside
 * pinfile_parse() that fill the same struct pin.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/fs.h"

#define PINFILE_NAME ".python-version"

/* 4 KiB: a hundred versions fit; more is something else than a pin. */
#define PIN_FILE_MAX 4096
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
	bool is_link;	 /* its text may be a secret that a link points to */
	size_t count;
	struct pin_word words[PIN_WORDS_MAX];
	char text[PIN_FILE_MAX + 1];
};

/* Read the pin file at PATH, relative to DIR_FD (AT_FDCWD for the working
 * folder), into *RET. Never blocks, never fails: see status. */
void pinfile_read(int dir_fd, const char *path, struct pin *ret);

/* Take TEXT apart into words; false when there are more than PIN_WORDS_MAX. */
bool pinfile_parse(struct str text, struct pin_word *words, size_t *ret_count);

/* Replace the pin file NAME below DIR by the COUNT words WORDS, one a line, which
 * is what pyenv reads. */
int pinfile_write(const struct dir *dir, const char *name, char *const *words, size_t count,
		  struct err *err) __attribute__((warn_unused_result));

#endif
