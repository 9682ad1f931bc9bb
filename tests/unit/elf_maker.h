/* SPDX-License-Identifier: MIT */
/* Small ELF files, made in memory. */
#ifndef PYVERN_TESTS_ELF_MAKER_H
#define PYVERN_TESTS_ELF_MAKER_H

#include "unit.h"

#include "base/buf.h"

struct elf_make {
	bool is_64;
	bool is_big;
	const char *path;   /* DT_RUNPATH */
	const char *symbol; /* NULL; or a name that is the end of PATH, shared with it */
	bool no_sections;   /* no table of symbols is found */
};

/* Everything is at the same address as in the file. */
enum {
	MAKE_PROGRAM_HEADERS = 64,
	MAKE_DYNAMIC = 256,
	MAKE_STRINGS = 512,
	MAKE_SYMBOLS = 1024,
	MAKE_SECTIONS = 1280,
	MAKE_SIZE = 2048
};

static inline void
elf_put(char *file, const struct elf_make *make, size_t at, size_t n, uint64_t value)
{
	for (size_t i = 0; i < n; i++)
		file[at + (make->is_big ? n - 1 - i : i)] = (char)(value >> (8 * i));
}

/* A field at the place that it has in each class; N 0: as wide as an address. */
static inline void
elf_field(char *file, const struct elf_make *make, size_t at, size_t at_32, size_t at_64, size_t n,
	  uint64_t value)
{
	elf_put(file, make, at + (make->is_64 ? at_64 : at_32), n ? n : make->is_64 ? 8 : 4, value);
}

static inline void
elf_segment(char *file, const struct elf_make *make, size_t index, uint64_t type, uint64_t offset,
	    uint64_t size)
{
	size_t at = MAKE_PROGRAM_HEADERS + index * (make->is_64 ? 56 : 32);

	elf_field(file, make, at, 0, 0, 4, type);
	elf_field(file, make, at, 4, 8, 0, offset);
	elf_field(file, make, at, 8, 16, 0, offset);
	elf_field(file, make, at, 16, 32, 0, size);
}

/* The file, of MAKE_SIZE bytes. Owned by the caller (free). */
static inline char *
elf_make(const struct elf_make *make)
{
	char *file = mem_zalloc(MAKE_SIZE);
	size_t entry = make->is_64 ? 16 : 8;
	size_t strings = strlen(make->path) + 2;
	const uint64_t dynamic[][2] = { { 5, MAKE_STRINGS }, { 10, strings }, { 29, 1 }, { 0, 0 } };

	memcpy(file, "\177ELF", 4);
	file[4] = make->is_64 ? 2 : 1;
	file[5] = make->is_big ? 2 : 1;
	elf_field(file, make, 0, 28, 32, 0, MAKE_PROGRAM_HEADERS);
	elf_field(file, make, 0, 42, 54, 2, make->is_64 ? 56 : 32);
	elf_field(file, make, 0, 44, 56, 2, 2);
	elf_segment(file, make, 0, 1, 0, MAKE_SIZE);
	elf_segment(file, make, 1, 2, MAKE_DYNAMIC, 4 * entry);
	for (size_t i = 0; i < COUNT_OF(dynamic); i++) {
		elf_put(file, make, MAKE_DYNAMIC + i * entry, entry / 2, dynamic[i][0]);
		elf_put(file, make, MAKE_DYNAMIC + i * entry + entry / 2, entry / 2, dynamic[i][1]);
	}
	memcpy(file + MAKE_STRINGS + 1, make->path, strings - 1);
	if (make->no_sections)
		return file;
	elf_field(file, make, 0, 32, 40, 0, MAKE_SECTIONS);
	elf_field(file, make, 0, 46, 58, 2, make->is_64 ? 64 : 40);
	elf_field(file, make, 0, 48, 60, 2, 1);
	elf_field(file, make, MAKE_SECTIONS, 4, 4, 4, 11);
	elf_field(file, make, MAKE_SECTIONS, 16, 24, 0, MAKE_SYMBOLS);
	elf_field(file, make, MAKE_SECTIONS, 20, 32, 0, 2 * (make->is_64 ? 24 : 16));
	if (make->symbol)
		elf_put(file, make, MAKE_SYMBOLS + (make->is_64 ? 24 : 16), 4,
			strings - 1 - strlen(make->symbol));
	return file;
}

#endif
