/* SPDX-License-Identifier: MIT */
/* Where an ELF file's libraries are looked for: read, within bounds. */
#ifndef PYVERN_SUPPLY_RELOCATE_ELF_H
#define PYVERN_SUPPLY_RELOCATE_ELF_H

/*
 * 32 and 64 bits, both orders of bytes. The search paths (DT_RPATH, DT_RUNPATH) are texts
 * in a table that other names are in, too, and a name that another ends with is not
 * there twice: the symbol "lib" may be the last three letters of "/opt/x/lib". So each
 * path comes with its room: the bytes that are its own.
 */

#include <stdint.h>
#include <stdlib.h>

/* Dynamic sections have one path, or one of each kind. */
#define ELF_PATHS_MAX 4
/* Longest path list in bytes. */
#define ELF_PATH_MAX ((size_t)64 * 1024)

/* A file, or its bytes in memory. */
struct elf_bytes {
	int fd;		  /* where DATA is NULL */
	const char *data; /* or NULL */
	uint64_t size;
};

struct elf_path {
	char *text;
	uint64_t offset; /* in the file */
	size_t room;	 /* bytes from there, with a terminator, that may be changed */
};

struct elf_paths {
	struct elf_path items[ELF_PATHS_MAX];
	size_t count;
};

/* The search paths in BYTES. 0; -1 when it is no ELF file, or a damaged one. *RET_PATHS is
 * released by the caller in both cases. */
int elf_read_paths(const struct elf_bytes *bytes, struct elf_paths *ret_paths)
	__attribute__((warn_unused_result));
void elf_paths_reset(struct elf_paths *paths);

#endif
