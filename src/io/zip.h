/* SPDX-License-Identifier: MIT */
/* Zip archives (wheels), unpacked into a folder. */
#ifndef PYVERN_IO_ZIP_H
#define PYVERN_IO_ZIP_H

/*
 * For wheels out of trees that were verified as a whole, and, in the unpacker that has
 * shut itself in, for those that users name or an index gave. Nothing is made
 * outside of the folder: names are relative paths of safe components, entries
 * are folders and regular files, nothing is overwritten, and sizes are bounded.
 * The central directory decides what is in the archive, as in Python's zipfile.
 */

#include "base/err.h"
#include "base/vec.h"
#include "os/fs.h"

/* 20 000 entries and 256 MiB: forty times what pip and setuptools have. */
#define ZIP_ENTRIES_MAX 20000
#define ZIP_BYTES_MAX ((uint64_t)256 * 1024 * 1024)

/* Unpack the archive at FD (borrowed; seekable) into the folder INTO; NAME is
 * for messages. The names of the files are added to RET_NAMES. ERR_CHECK for an
 * archive that is damaged or refused. */
int zip_unpack(int fd, const char *name, const struct dir *into, struct strvec *ret_names,
	       struct err *err) __attribute__((warn_unused_result));

#endif
