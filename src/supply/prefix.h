/* SPDX-License-Identifier: MIT */
/* A tree that a program installed in one place is made to live in another. */
#ifndef PYVERN_SUPPLY_PREFIX_H
#define PYVERN_SUPPLY_PREFIX_H

/*
 * For trees of which nothing is known but the folder that they were installed
 * into: what the conda family's installers make. (Pythons whose build we know are
 * relocated by supply/relocate, which understands what it changes.) The old prefix
 * must be a name that nothing else has, as a staging folder's is: every mention of
 * it is taken for the prefix, in text and in programs alike.
 *
 * In a file without zero bytes a mention is replaced. In any other file it is
 * part of a string that ends with a zero byte; the string becomes shorter and is
 * filled up with zero bytes, so that nothing else moves: the new prefix must not be
 * longer than the old one. Where it is shorter, compiled Python files (.pyc) stay as
 * they are: their strings have counted lengths, and the import system puts the true
 * path in.
 *
 * Source: conda's documentation of prefix replacement (text and binary files).
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "os/fs.h"

/* 1 GiB: larger files are refused; the largest library of such a tree has 300 MB. */
#define PREFIX_FILE_MAX ((size_t)1024 * 1024 * 1024)

/* What was changed. Zeroed: nothing. */
struct prefix_report {
	struct strvec files;  /* relative paths of changed files */
	struct strvec before; /* SHA-256 of each, before and after */
	struct strvec after;
	size_t links; /* symbolic links that pointed below the old prefix */
};

/*
 * Replace FROM by TO (absolute, clean, without a slash at the end) in all files and
 * symbolic links below TREE. Modes and modification times stay; a file that has
 * several names becomes several files. ERR_FAILED when TO is longer than FROM and
 * a program mentions it, for a file that is too large or cannot be written: the
 * tree is then in between and must be thrown away.
 */
int prefix_replace(const struct dir *tree, const char *from, const char *to,
		   struct prefix_report *ret_report, struct err *err)
	__attribute__((warn_unused_result));

void prefix_report_reset(struct prefix_report *report);
#define cleanup_prefix_report cleanup_with(prefix_report_reset)

/* TEXT with each mention of FROM replaced, into RET; the number of mentions. A
 * mention ends where a component of a path ends: /a/b is none in /a/bc. */
size_t prefix_change_text(struct str text, struct str from, struct str to, struct buf *ret);

/* The same in the N bytes at DATA, which keep their length; -1 when TO is longer. */
int prefix_change_binary(char *data, size_t n, struct str from, struct str to);

#endif
