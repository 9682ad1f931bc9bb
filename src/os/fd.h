/* SPDX-License-Identifier: MIT */
/* Open descriptors: all bytes at once, and the three that every program has. */
#ifndef PYVERN_OS_FD_H
#define PYVERN_OS_FD_H

/*
 * read(2) and write(2) may do less than they were asked for, and a signal may
 * end them early: these go on until it is done. They allocate nothing (the shim
 * reads pins with them). Failures are -1 with errno set; the caller has the words.
 */

#include <stddef.h>
#include <sys/types.h>

/* Read N bytes, fewer only at the end of the file. The number of bytes, or -1. */
ssize_t fd_read_full(int fd, void *bytes, size_t n) __attribute__((warn_unused_result));

/* Write all N bytes. 0, or -1 after any number of them. */
int fd_write_full(int fd, const void *bytes, size_t n) __attribute__((warn_unused_result));

/* Copy what is left of FROM to TO. 0, or -1 after any number of bytes. */
int fd_copy(int from, int to) __attribute__((warn_unused_result));

/* Make descriptors 0, 1 and 2 exist. Where our caller closed one, the next file
 * that we open would get its number, and our output or an error line would be
 * written into that file. What stands in for it fails when it is used, so that
 * lost output is still noticed. First thing in every main. */
void fd_guard_standard(void);

#endif
